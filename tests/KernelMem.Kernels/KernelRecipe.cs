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

    /// <summary>How its C# is compiled.</summary>
    public CompilerRecipe Project { get; }

    /// <summary>Runs ILC.</summary>
    /// <param name="assembly">The kernel's assembly.</param>
    /// <param name="kernelObject">The object file to write.</param>
    /// <param name="library">Another KernelMem.dll to use, or null for the built one.</param>
    /// <returns>What ILC said. It may have found errors even if it ended well.</returns>
    public CommandResult CompileToObject(string assembly, string kernelObject, string? library = null)
    {
        IEnumerable<string> lines = File.ReadLines(Path.Combine(_objects, "kernel.ilc.rsp")).Select(line =>
            line == _assembly ? assembly
            : line.StartsWith("-o:", StringComparison.Ordinal) ? "-o:" + kernelObject
            : library is not null && line.StartsWith("-r:", StringComparison.Ordinal) && Path.GetFileName(line) == "KernelMem.dll" ? "-r:" + library
            : line);
        string response = kernelObject + ".ilc.rsp";
        File.WriteAllLines(response, lines);
        return Command.Run(_objects, _ilc, "@" + response);
    }

    /// <summary>Links the PVH image.</summary>
    public CommandResult Link(string kernelObject, string image)
    {
        string builtObject = Path.Combine(_objects, "kernel.o");
        string[] lines = File.ReadAllLines(Path.Combine(_objects, "kernel.link.rsp"));
        int output = Array.IndexOf(lines, "-o") + 1;
        lines[output] = image;
        string response = kernelObject + ".link.rsp";
        File.WriteAllLines(response, lines.Select(line => line == builtObject ? kernelObject : line));
        return Command.Run(_objects, _linker, "@" + response);
    }
}
