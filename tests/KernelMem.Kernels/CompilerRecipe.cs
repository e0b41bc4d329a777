using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace KernelMem.Kernels;

/// <summary>How MSBuild had a project compiled; with it, changed sources are compiled in the same way.</summary>
public sealed class CompilerRecipe
{
    private readonly string _project;
    private readonly string _compiler;
    private readonly string[] _arguments;

    private CompilerRecipe(string project, string compiler, string[] arguments)
    {
        _project = project;
        _compiler = compiler;
        _arguments = arguments;
    }

    /// <summary>Reads the recipe of a project that sets WriteCompilerRecipe.</summary>
    public static CompilerRecipe Of(string projectFolder)
    {
        string folder = Path.Combine(projectFolder, "obj", Repository.Configuration, "net10.0");
        return new CompilerRecipe(
            projectFolder,
            File.ReadAllText(Path.Combine(folder, "compiler.path")).Trim(),
            File.ReadAllLines(Path.Combine(folder, "compiler.rsp")));
    }

    /// <summary>Compiles the project with some of its files replaced.</summary>
    /// <param name="output">The assembly to write.</param>
    /// <param name="changes">New text by the file's path in the project.</param>
    public void CompileChanged(string output, IReadOnlyDictionary<string, string> changes)
    {
        HashSet<string> unused = [.. changes.Keys];
        List<string> sources = [];
        foreach (string source in _arguments.Where(IsSource))
        {
            string relative = Path.GetRelativePath(_project, Path.Combine(_project, source));
            sources.Add(changes.TryGetValue(relative, out string? text) ? WriteSource(output, relative, text) : source);
            unused.Remove(relative);
        }

        if (unused.Count > 0)
            throw new InvalidOperationException("The project has no " + string.Join(", ", unused));
        Compile(output, sources);
    }

    /// <summary>Compiles other source instead of the project's, against the project's references.</summary>
    public void CompileInstead(string output, string fileName, string text) => Compile(output, [WriteSource(output, fileName, text)]);

    private void Compile(string output, IEnumerable<string> sources)
    {
        // Nothing but the assembly is wanted, and no analyzer shall have a say; generators are needed. What may be null was looked at when
        // the project was built: to leave that out is a quarter of the time.
        IEnumerable<string> kept = _arguments.Where(static argument =>
            !IsSource(argument)
            && !StartsWith(argument, "/out:") && !StartsWith(argument, "/refout:") && !StartsWith(argument, "/doc:")
            && !StartsWith(argument, "/warnaserror") && !StartsWith(argument, "/analyzerconfig:") && !StartsWith(argument, "/sourcelink:")
            && !StartsWith(argument, "/embed") && !StartsWith(argument, "/pathmap:")
            && (!StartsWith(argument, "/analyzer:") || argument.Contains("KernelMem.Generators", StringComparison.Ordinal)));
        string response = output + ".rsp";
        File.WriteAllLines(response, [.. kept.Select(Quote), Quote("/out:" + output), "/nowarn:CS1591", "/features:run-nullable-analysis=never", .. sources.Select(Quote)]);
        Command.RunChecked(_project, "dotnet", "exec", _compiler, "/noconfig", "@" + response);
    }

    private static string WriteSource(string output, string name, string text)
    {
        string path = Path.Combine(Path.GetDirectoryName(output)!, name.Replace('/', '.'));
        File.WriteAllText(path, text);
        return path;
    }

    private static bool IsSource(string argument) => !argument.StartsWith('/') || (File.Exists(argument) && argument.EndsWith(".cs", StringComparison.Ordinal));

    private static bool StartsWith(string argument, string option) => argument.StartsWith(option, StringComparison.Ordinal);

    // The compiler splits lines at spaces.
    private static string Quote(string argument) => argument.Contains('"', StringComparison.Ordinal) ? argument : "\"" + argument + "\"";
}
