using System;
using System.Collections.Generic;
using System.IO;
using KernelMem.Kernels;

namespace KernelMem.Boot.Tests;

/// <summary>A kernel with one thing wrong on purpose.</summary>
internal static class Mutant
{
    /// <summary>Boots the boot kernel with a piece of its own source replaced, and perhaps some more behind it.</summary>
    public static CommandResult BootWithKernelChange(
        string file, string original, string replacement, int seconds = 30, string added = "", EmulatedMachine? machine = null)
    {
        using TemporaryFolder folder = new();
        return Emulator.Boot(BuildWithKernelChange(folder, file, original, replacement, added), machine ?? new EmulatedMachine(Cpus: 2), seconds);
    }

    /// <summary>The image of the boot kernel with a piece of its own source replaced, and perhaps some more behind it.</summary>
    public static string BuildWithKernelChange(TemporaryFolder folder, string file, string original, string replacement, string added = "")
    {
        string assembly = folder.File("BootKernel.dll");
        KernelRecipe.BootKernel.Project.CompileChanged(assembly, Change(Repository.PathOf("samples", "BootKernel"), file, original, replacement, added));
        return Build(folder, assembly, library: null);
    }

    /// <summary>Boots the boot kernel on a library with a piece of source replaced.</summary>
    public static CommandResult BootWithLibraryChange(string file, string original, string replacement)
    {
        using TemporaryFolder folder = new();
        return Emulator.Boot(BuildWithLibraryChange(folder, file, original, replacement), new EmulatedMachine(Cpus: 2), seconds: 30);
    }

    /// <summary>The image of the boot kernel on a library with a piece of source replaced.</summary>
    public static string BuildWithLibraryChange(TemporaryFolder folder, string file, string original, string replacement) =>
        BuildWithAssemblyChange(folder, Repository.PathOf("src", "KernelMem"), "KernelMem.dll", file, original, replacement);

    /// <summary>Boots the boot kernel on a machine layer with a piece of source replaced.</summary>
    public static CommandResult BootWithMachineChange(string file, string original, string replacement, int seconds = 30)
    {
        using TemporaryFolder folder = new();
        string machine = Repository.PathOf("src", "KernelMem.Sdk", "Machine");
        string image = BuildWithAssemblyChange(folder, machine, "KernelMem.Machine.dll", file, original, replacement);
        return Emulator.Boot(image, new EmulatedMachine(Cpus: 2), seconds);
    }

    /// <summary>Boots the boot kernel with a piece of the machine's assembly replaced.</summary>
    public static CommandResult BootWithNativeChange(string file, string original, string replacement)
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
        return Emulator.Boot(image, new EmulatedMachine(Cpus: 2), seconds: 30);
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
        CompilerRecipe.Of(project).CompileChanged(library, Change(project, file, original, replacement));
        return Command.Run(folder.Path, "timeout", "--kill-after=5", "60", "dotnet", folder.File("SimulatedKernel.dll"));
    }

    private static string BuildWithAssemblyChange(
        TemporaryFolder folder, string project, string name, string file, string original, string replacement)
    {
        string library = folder.File(name);
        CompilerRecipe.Of(project).CompileChanged(library, Change(project, file, original, replacement));
        string assembly = Repository.PathOf("samples", "BootKernel", "obj", Repository.Configuration, "net10.0", "BootKernel.dll");
        return Build(folder, assembly, library);
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
