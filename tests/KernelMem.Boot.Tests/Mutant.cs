using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using KernelMem.Kernels;

namespace KernelMem.Boot.Tests;

/// <summary>A kernel with one thing wrong on purpose.</summary>
internal static class Mutant
{
    // By project, file and change: what runs on both machines is compiled once.
    private static readonly ConcurrentDictionary<(string, string, string, string), Lazy<byte[]>> s_assemblies = [];

    /// <summary>
    /// Boots the boot kernel with a piece of its own source replaced, and perhaps some more behind it. Who names the check that is to fail
    /// need not wait for those that come after.
    /// </summary>
    public static CommandResult BootWithKernelChange(
        string file, string original, string replacement, int seconds = 30, string added = "", EmulatedMachine? machine = null, string failing = "")
    {
        using TemporaryFolder folder = new();
        return Boot(BuildWithKernelChange(folder, file, original, replacement, added), machine, seconds, failing);
    }

    /// <summary>The image of the boot kernel with a piece of its own source replaced, and perhaps some more behind it.</summary>
    public static string BuildWithKernelChange(TemporaryFolder folder, string file, string original, string replacement, string added = "")
    {
        string assembly = folder.File("BootKernel.dll");
        KernelRecipe.BootKernel.Project.CompileChanged(assembly, Change(Repository.PathOf("samples", "BootKernel"), file, original, replacement, added));
        return Build(folder, assembly, library: null);
    }

    /// <summary>Boots the boot kernel on a library with a piece of source replaced.</summary>
    public static CommandResult BootWithLibraryChange(string file, string original, string replacement, string failing = "")
    {
        using TemporaryFolder folder = new();
        return Boot(BuildWithLibraryChange(folder, file, original, replacement), machine: null, seconds: 30, failing);
    }

    /// <summary>The image of the boot kernel on a library with a piece of source replaced.</summary>
    public static string BuildWithLibraryChange(TemporaryFolder folder, string file, string original, string replacement) =>
        BuildWithAssemblyChange(folder, Repository.PathOf("src", "KernelMem"), "KernelMem.dll", file, original, replacement);

    /// <summary>Boots the boot kernel on a machine layer with a piece of source replaced.</summary>
    public static CommandResult BootWithMachineChange(string file, string original, string replacement, int seconds = 30, string failing = "")
    {
        using TemporaryFolder folder = new();
        string machine = Repository.PathOf("src", "KernelMem.Sdk", "Machine");
        string image = BuildWithAssemblyChange(folder, machine, "KernelMem.Machine.dll", file, original, replacement);
        return Boot(image, machine: null, seconds, failing);
    }

    /// <summary>Boots the boot kernel with a piece of the machine's assembly replaced.</summary>
    public static CommandResult BootWithNativeChange(string file, string original, string replacement, string failing = "")
    {
        using TemporaryFolder folder = new();
        string native = Repository.PathOf("src", "KernelMem.Sdk", "Native", "Bare");
        string source = folder.File(file);
        File.WriteAllText(source, Change(native, file, original, replacement)[file]);
        string nativeObject = Path.ChangeExtension(source, ".o");
        KernelRecipe.Assemble(source, nativeObject);
        string image = folder.File("kernel.elf");
        CommandResult linked = KernelRecipe.BootKernel.Link(KernelRecipe.BootKernel.BuiltObject, image, nativeObject);
        Assert.AreEqual(0, linked.ExitCode, linked.Output);
        return Boot(image, machine: null, seconds: 30, failing);
    }

    /// <summary>Runs the scenario on the simulated machine, on a library with a piece of source replaced.</summary>
    public static CommandResult SimulateWithLibraryChange(string file, string original, string replacement)
    {
        using TemporaryFolder folder = new();
        string built = Repository.PathOf("samples", "SimulatedKernel", "bin", Repository.Configuration, "net10.0");
        foreach (string part in Directory.GetFiles(built))
            File.Copy(part, folder.File(Path.GetFileName(part)));
        string project = Repository.PathOf("src", "KernelMem");
        string library = folder.File("KernelMem.dll");
        File.Delete(library);
        CompileChanged(library, project, file, original, replacement);
        return Command.Run(folder.Path, "timeout", "--kill-after=5", "60", "dotnet", folder.File("SimulatedKernel.dll"));
    }

    // The file's name is the assembly's.
    private static void CompileChanged(string assembly, string project, string file, string original, string replacement)
    {
        Lazy<byte[]> compiled = s_assemblies.GetOrAdd(
            (project, file, original, replacement),
            _ => new Lazy<byte[]>(
                () =>
                {
                    CompilerRecipe.Of(project).CompileChanged(assembly, Change(project, file, original, replacement));
                    return File.ReadAllBytes(assembly);
                },
                LazyThreadSafetyMode.ExecutionAndPublication));
        File.WriteAllBytes(assembly, compiled.Value);
    }

    private static string BuildWithAssemblyChange(
        TemporaryFolder folder, string project, string name, string file, string original, string replacement)
    {
        string library = folder.File(name);
        CompileChanged(library, project, file, original, replacement);
        string assembly = Repository.PathOf("samples", "BootKernel", "obj", Repository.Configuration, "net10.0", "BootKernel.dll");
        return Build(folder, assembly, library);
    }

    // With the check that is to fail, the run ends at the first that does. If that was another, it is made again, to the end.
    private static CommandResult Boot(string image, EmulatedMachine? machine, int seconds, string failing)
    {
        EmulatedMachine usual = machine ?? new EmulatedMachine(Cpus: 2);
        if (failing.Length > 0)
        {
            CommandResult stopped = Emulator.Boot(image, usual with { CommandLine = "stop-at-failure" }, seconds);
            if (stopped.Output.Contains("FAIL  " + failing, StringComparison.Ordinal))
                return stopped;
        }

        return Emulator.Boot(image, usual, seconds);
    }

    private static Dictionary<string, string> Change(string project, string file, string original, string replacement, string added = "")
    {
        string text = File.ReadAllText(Path.Combine(project, file));
        int place = text.IndexOf(original, StringComparison.Ordinal);
        Assert.IsTrue(
            place >= 0 && text.IndexOf(original, place + 1, StringComparison.Ordinal) < 0,
            $"'{original}' must stand in {file} exactly once: the mutant is out of date");
        return new Dictionary<string, string>(StringComparer.Ordinal) { [file] = text.Replace(original, replacement, StringComparison.Ordinal) + added };
    }

    private static string Build(TemporaryFolder folder, string assembly, string? library)
    {
        string kernelObject = folder.File("kernel.o");
        string image = folder.File("kernel.elf");
        CommandResult compiled = KernelRecipe.BootKernel.CompileToObject(assembly, kernelObject, library);
        Assert.AreEqual(0, compiled.ExitCode, compiled.Output);
        CommandResult linked = KernelRecipe.BootKernel.Link(kernelObject, image);
        Assert.AreEqual(0, linked.ExitCode, linked.Output);
        return image;
    }
}
