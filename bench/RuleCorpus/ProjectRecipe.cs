using System;
using System.IO;
using System.Linq;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;
using RuleCorpus.Calls;

namespace RuleCorpus;

/// <summary>A project as it was built: from the compiler's command line, which projects with <c>WriteCompilerRecipe</c> keep.</summary>
internal static class ProjectRecipe
{
    public const string FileName = "compiler.rsp";

    public static WholeProgram Read(string recipe)
    {
        string project = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(recipe)!, "../../.."));
        CSharpCommandLineArguments arguments = CSharpCommandLineParser.Default.Parse(
            File.ReadAllLines(recipe).SelectMany(static line => CommandLineParser.SplitCommandLineIntoArguments(line, removeHashComments: false)), project, sdkDirectory: null);
        // What a newer compiler has is a preview in the one that the analyzers are built on.
        CSharpParseOptions parse = arguments.ParseOptions.WithLanguageVersion(LanguageVersion.Preview);
        var compilation = CSharpCompilation.Create(
            Path.GetFileName(project),
            arguments.SourceFiles.Select(file => CSharpSyntaxTree.ParseText(SourceText.From(File.ReadAllText(file.Path), System.Text.Encoding.UTF8), parse, file.Path)),
            arguments.MetadataReferences.Select(static reference => MetadataReference.CreateFromFile(reference.Reference, reference.Properties)),
            arguments.CompilationOptions.WithMetadataImportOptions(MetadataImportOptions.All));
        ISourceGenerator[] generators = [.. arguments.AnalyzerReferences.SelectMany(reference => new AnalyzerFileReference(Path.GetFullPath(reference.FilePath, project), new Loader()).GetGenerators(LanguageNames.CSharp))];
        CSharpGeneratorDriver.Create(generators, parseOptions: parse).RunGeneratorsAndUpdateCompilation(compilation, out Compilation complete, out _);
        return new WholeProgram(
            Path.GetFileName(project),
            WholeProgram.AsProgram((CSharpCompilation)complete),
            [.. arguments.AdditionalFiles.Select(static file => file.Path).Where(static path => path.EndsWith(".kmeffects", StringComparison.Ordinal) || path.EndsWith(".kmoverrides", StringComparison.Ordinal)).Select(static path => new ProgramText(path, File.ReadAllText(path)))]);
    }

    /// <summary>Generators of the repository run on the compiler that this is built with; those of the platform may not.</summary>
    private sealed class Loader : IAnalyzerAssemblyLoader
    {
        public void AddDependencyLocation(string fullPath)
        {
        }

        public Assembly LoadFromPath(string fullPath) => Assembly.LoadFrom(fullPath);
    }
}
