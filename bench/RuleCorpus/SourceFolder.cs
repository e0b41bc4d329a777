using System;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace RuleCorpus;

/// <summary>Sources as they are.</summary>
internal static class SourceFolder
{
    private static readonly string[] s_implicitUsings =
        ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks"];

    public static CorpusSource Read(string folder, Options options)
    {
        string usings = string.Concat(s_implicitUsings.Select(static name => $"global using {name};\n"));
        return new CorpusSource(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)),
            [
                CSharpSyntaxTree.ParseText(usings, CorpusSource.ParseOptions, "Usings.cs", Encoding.UTF8),
                .. Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
                    .Order(StringComparer.Ordinal)
                    .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), CorpusSource.ParseOptions, Path.GetRelativePath(folder, file), Encoding.UTF8)),
            ],
            PlatformFiles.References([PlatformFiles.Folder, .. options.References]));
    }
}
