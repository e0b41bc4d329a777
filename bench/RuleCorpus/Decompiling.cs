using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using ICSharpCode.Decompiler;
using ICSharpCode.Decompiler.CSharp;
using ICSharpCode.Decompiler.Metadata;
using ICSharpCode.Decompiler.TypeSystem;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace RuleCorpus;

/// <summary>Sources from an assembly: a tree for each type.</summary>
internal static class Decompiling
{
    public static CorpusSource Read(string assembly, Options options)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(assembly))!;
        IEnumerable<string> folders = [folder, PlatformFiles.Folder, .. options.References];
        var resolver = new UniversalAssemblyResolver(assembly, throwOnError: false, targetFramework: ".NETCoreApp,Version=v10.0");
        foreach (string place in folders)
        {
            resolver.AddSearchDirectory(place);
        }

        var decompiler = new CSharpDecompiler(assembly, resolver, new DecompilerSettings(ICSharpCode.Decompiler.CSharp.LanguageVersion.CSharp13_0) { ThrowOnAssemblyResolveErrors = false });
        var trees = new List<SyntaxTree>();
        foreach (ITypeDefinition type in decompiler.TypeSystem.MainModule.TopLevelTypeDefinitions.Where(IsSource))
        {
            if (TryDecompile(decompiler, type) is { } text)
                trees.Add(CSharpSyntaxTree.ParseText(text, CorpusSource.ParseOptions, $"{type.FullName}`{type.TypeParameterCount}.cs", Encoding.UTF8));
        }

        string name = Path.GetFileNameWithoutExtension(assembly);
        if (options.KeepFolder is { } keep)
        {
            Directory.CreateDirectory(Path.Combine(keep, name));
            trees.ForEach(tree => File.WriteAllText(Path.Combine(keep, name, tree.FilePath), tree.ToString()));
        }

        return new CorpusSource(name, trees, PlatformFiles.References(folders, leftOut: Path.GetFileName(assembly)));
    }

    /// <summary>Compilers write attributes and details of their own into an assembly, and will again.</summary>
    private static bool IsSource(ITypeDefinition type)
        => !type.Name.StartsWith('<') && !type.GetAttributes().Any(static mark => mark.AttributeType.Name is "CompilerGeneratedAttribute" or "EmbeddedAttribute");

    private static string? TryDecompile(CSharpDecompiler decompiler, ITypeDefinition type)
    {
        try
        {
            return decompiler.DecompileTypeAsString(type.FullTypeName);
        }
        catch (DecompilerException failure)
        {
            Console.Error.WriteLine($"{type.FullName}: {failure.InnerException?.Message ?? failure.Message}");
            return null;
        }
    }
}
