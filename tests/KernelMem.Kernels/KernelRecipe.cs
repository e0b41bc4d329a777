using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace KernelMem.Kernels;

/// <summary>How the kernel SDK compiled and linked the boot kernel; with it, changed kernels are made in the same way.</summary>
public sealed class KernelRecipe
{
    private readonly string _assembly;
    private readonly string _objects;
    private readonly string _ilc;
    private readonly string _linker;

    private KernelRecipe(string projectFolder, string name)
    {
        Project = CompilerRecipe.Of(projectFolder);
        string intermediate = Path.Combine(projectFolder, "obj", Repository.Configuration, "net10.0");
        _assembly = Path.Combine(intermediate, name + ".dll");
        _objects = Path.Combine(intermediate, "image");
        string[] tools = File.ReadAllLines(Path.Combine(_objects, "kernel.tools"));
        _ilc = tools[0];
        _linker = tools[1];
    }

    /// <summary>The boot kernel's.</summary>
    public static KernelRecipe BootKernel { get; } = new(Repository.PathOf("samples", "BootKernel"), "BootKernel");

    /// <summary>What ILC made of it as it was built.</summary>
    public string BuiltObject => Path.Combine(_objects, "kernel.o");

    /// <summary>How its C# is compiled.</summary>
    public CompilerRecipe Project { get; }

    /// <summary>Runs ILC.</summary>
    /// <param name="assembly">The kernel's assembly.</param>
    /// <param name="kernelObject">The object file to write.</param>
    /// <param name="library">An assembly to use instead of the built one of the same file name, or null.</param>
    /// <returns>What ILC said. It may have found errors even if it ended well.</returns>
    public CommandResult CompileToObject(string assembly, string kernelObject, string? library = null)
    {
        string[] lines = File.ReadAllLines(Path.Combine(_objects, "kernel.ilc.rsp"));
        Replace(lines, line => line == _assembly, assembly);
        Replace(lines, static line => line.StartsWith("-o:", StringComparison.Ordinal), "-o:" + kernelObject);
        if (library is not null)
            ReplaceAssembly(lines, library);
        string response = kernelObject + ".ilc.rsp";
        File.WriteAllLines(response, lines);
        return Command.Run(_objects, _ilc, "@" + response);
    }

    /// <summary>Runs ILC on an assembly that is no kernel: without the machine layer, and without debug information.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <param name="compiled">The object file to write.</param>
    /// <param name="optimize">Whether to optimise, as for kernels.</param>
    public CommandResult CompileAlone(string assembly, string compiled, bool optimize)
    {
        IEnumerable<string> options = File.ReadAllLines(Path.Combine(_objects, "kernel.ilc.rsp"))
            .Where(line => line.StartsWith('-') && line != "-g" && (optimize || line != "-O") && !line.StartsWith("-o:", StringComparison.Ordinal));
        string response = compiled + ".ilc.rsp";
        File.WriteAllLines(response, [assembly, .. options, "--parallelism:1", "-o:" + compiled]);
        return Command.Run(_objects, _ilc, "@" + response);
    }

    /// <summary>Links an object file with nothing else.</summary>
    public CommandResult LinkAlone(string compiled, string entryPoint, string image)
        => Command.Run(_objects, _linker, "-static", "-nostdlib", "--error-limit=0", "-e", entryPoint, compiled, "-o", image);

    /// <summary>Assembles a changed file of the kit's native half.</summary>
    /// <param name="source">The changed text's path.</param>
    /// <param name="nativeObject">The object file to write.</param>
    public static void Assemble(string source, string nativeObject) =>
        Command.RunChecked(Repository.PathOf("src", "KernelMem.Sdk"), "as", "--64", "-I", "Native/Bare", "-o", nativeObject, source);

    /// <summary>Links the PVH image.</summary>
    /// <param name="kernelObject">What ILC wrote.</param>
    /// <param name="image">The image to write.</param>
    /// <param name="nativeObject">An object to use instead of the kit's of the same file name, or null.</param>
    public CommandResult Link(string kernelObject, string image, string? nativeObject = null)
    {
        string builtObject = Quote(BuiltObject);
        string[] lines = File.ReadAllLines(Path.Combine(_objects, "kernel.link.rsp"));
        Replace(lines, line => line == builtObject, Quote(kernelObject));
        Replace(lines, static line => line.EndsWith(".elf\"", StringComparison.Ordinal), Quote(image));
        if (nativeObject is not null)
            Replace(lines, line => line.EndsWith("/" + Path.GetFileName(nativeObject) + "\"", StringComparison.Ordinal), Quote(nativeObject));
        string response = image + ".link.rsp";
        File.WriteAllLines(response, lines);
        return Command.Run(_objects, _linker, "@" + response);
    }

    // The machine layer is named twice: what it exports is compiled, and it is referred to.
    private static void ReplaceAssembly(string[] lines, string library)
    {
        const string Reference = "-r:";
        string name = Path.GetFileName(library);
        string[] named = [.. lines.Where(line => Path.GetFileName(line) == name)];
        Replace(lines, line => line.StartsWith(Reference, StringComparison.Ordinal) && named.Contains(line), Reference + library);
        if (named.Length > 1)
            Replace(lines, line => !line.StartsWith(Reference, StringComparison.Ordinal) && named.Contains(line), library);
    }

    // A line that is not there would leave the kernel as it is, and the test would not know.
    private static void Replace(string[] lines, Predicate<string> isWanted, string replacement)
    {
        int[] found = [.. Enumerable.Range(0, lines.Length).Where(i => isWanted(lines[i]))];
        if (found.Length != 1)
            throw new InvalidOperationException($"'{replacement}' should take the place of one line, not of {found.Length}, in:\n{string.Join('\n', lines)}");
        lines[found[0]] = replacement;
    }

    // The linker splits lines at spaces.
    private static string Quote(string path) => "\"" + path + "\"";
}
