using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using KernelMem.RoslynTesting.Tests.Samples;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KernelMem.RoslynTesting.Tests;

/// <summary>
/// What belongs to the packages and what is our own stays apart: otherwise the packages could not take the place of our harness.
/// </summary>
[TestClass]
public sealed class SurfaceTests
{
    private const string Own = "KernelMem.RoslynTesting";

    private static readonly string[] s_ofPackages = ["Microsoft.CodeAnalysis.Testing", "Microsoft.CodeAnalysis.CSharp.Testing"];

    [TestMethod]
    public void Types_are_in_the_namespaces_of_the_packages_or_in_our_own()
    {
        IEnumerable<string?> namespaces = typeof(PlatformReferences).Assembly.GetExportedTypes().Select(type => type.Namespace).Distinct();

        Assert.IsEmpty(namespaces.Except(Harness.IsOurs ? [.. s_ofPackages, Own] : [Own]));
    }

    [TestMethod]
    public void Each_folder_holds_its_namespaces()
    {
        Assert.IsEmpty(NamespacesIn("Surface").Except(s_ofPackages));
        Assert.IsEmpty(NamespacesIn("Kernel").Except([Own]));
    }

    [TestMethod]
    public void Our_own_part_sees_only_what_is_public()
    {
        // As if the rest were a package: it is a reference here, whose internals are not seen.
        CSharpCompilation compilation = CompileKernelPart();

        Assert.IsEmpty(Errors(compilation), string.Join('\n', Errors(compilation)));
    }

    [TestMethod]
    public void Something_internal_would_be_seen()
    {
        if (!Harness.IsOurs)
            return;

        SyntaxTree probe = CSharpSyntaxTree.ParseText(
            "internal static class Probe { private static readonly Microsoft.CodeAnalysis.Testing.MarkedSpan s_span; }",
            KernelCompilation.ParseOptions);

        Assert.Contains("CS0122", Errors(CompileKernelPart().AddSyntaxTrees(probe)).Select(error => error.Id));
    }

    private static CSharpCompilation CompileKernelPart()
    {
        MetadataReference[] references =
        [
            .. PlatformReferences.Net100,
            .. Directory.GetFiles(AppContext.BaseDirectory, "*.dll").Where(IsNeeded).Select(PlatformReferences.FromFile),
        ];
        if (Harness.IsOurs)
        {
            // One type of ours serves both parts.
            IEnumerable<SyntaxTree> trees =
                Parse("Surface").Concat(
                    Parse("Kernel").Where(tree => Path.GetFileName(tree.FilePath) == $"{nameof(PlatformReferences)}.cs"));
            references = [.. references, Compile("Surface", trees, references).ToMetadataReference()];
        }

        return Compile("Kernel", Parse("Kernel"), references);
    }

    private static CSharpCompilation Compile(string name, IEnumerable<SyntaxTree> trees, IEnumerable<MetadataReference> references)
        => CSharpCompilation.Create(name, trees, references, KernelCompilation.Options);

    private static bool IsNeeded(string path)
    {
        string name = Path.GetFileName(path);
        return name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) || name is "Mono.Cecil.dll" or "KernelMem.dll";
    }

    private static Diagnostic[] Errors(CSharpCompilation compilation)
        => [.. compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)];

    private static IEnumerable<string> NamespacesIn(string folder)
        => Parse(folder)
            .SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>())
            .Select(declaration => declaration.Name.ToString())
            .Distinct();

    private static SyntaxTree[] Parse(string folder)
    {
        string path = Path.Combine(RepositoryRoot(), "tests", "KernelMem.RoslynTesting", folder);
        SyntaxTree[] trees =
        [
            .. Directory.GetFiles(path, "*.cs", SearchOption.AllDirectories)
                .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), KernelCompilation.ParseOptions, file)),
        ];
        Assert.IsNotEmpty(trees);
        return trees;
    }

    private static string RepositoryRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "KernelMem.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
