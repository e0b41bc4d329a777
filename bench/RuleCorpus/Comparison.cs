using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.Analyzers.Tests;
using KernelMem.Analyzers.Tests.Allocation.Oracle;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Emit;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace RuleCorpus;

/// <summary>Compares each allocation in the IL with the diagnostics at its place, and the other way round.</summary>
internal static class Comparison
{
    private const string Unoptimised = "KM1023";

    public static async Task<CorpusResult> CompareAsync(string name, MendedCompilation mended)
    {
        CSharpCompilation compilation = mended.Compilation;
        ImmutableArray<Diagnostic> all = await compilation
            .WithAnalyzers([new AllocationAnalyzer()], new AnalyzerOptions([], new KernelOptions()))
            .GetAnalyzerDiagnosticsAsync();
        Diagnostic[] diagnostics = [.. all.Where(static found => found.Id.StartsWith("KM", StringComparison.Ordinal) && !IsBlank(found))];

        using AssemblyDefinition assembly = Emit(compilation);
        Dictionary<string, SyntaxTree> trees = compilation.SyntaxTrees.ToDictionary(static tree => tree.FilePath, StringComparer.Ordinal);
        MethodDefinition[] methods = [.. assembly.MainModule.GetTypes().SelectMany(static type => type.Methods).Where(static method => method.HasBody && !IsBlank(method))];
        (IlAllocation Allocation, Site Site)[] placed =
        [
            .. methods.SelectMany(IlOracle.In)
                .Select(allocation => (allocation, Site: Site.Of(allocation, trees)))
                .Where(static pair => pair.Site is { } site && !site.IsBlank)
                .Select(static pair => (pair.allocation, pair.Site!)),
        ];
        (IlAllocation Allocation, Site Site)[] counted = [.. placed.Where(static pair => pair.Allocation is { Callee: null } or { Kind: IlKind.Equality } || !pair.Site.Calls(pair.Allocation.Callee!))];
        ILookup<SyntaxTree, Diagnostic> byTree = diagnostics.ToLookup(static found => found.Location.SourceTree!);
        ILookup<SyntaxTree, (IlAllocation Allocation, Site Site)> placedByTree = placed.ToLookup(static pair => pair.Site.Tree);

        Diagnostic[] Covering((IlAllocation Allocation, Site Site) pair)
            => [.. byTree[pair.Site.Tree].Where(found => ProbeVerdict.Covers(found.Id, pair.Allocation) && pair.Site.IsTouchedBy(found, pair.Allocation.Kind))];

        // A statement with three boxes needs three diagnostics, but where one of them is for a whole.
        bool IsMissed(IGrouping<object, (IlAllocation Allocation, Site Site)> alike, int index)
            => Covering(alike.First()) is var covering && (covering.Length == 0 || (index >= covering.Length && alike.First().Site.IsExact && !covering.Any(static found => IsForWhole(found.Id))));

        string[] Missed(bool unoptimised) =>
        [
            .. counted
                .Where(pair => pair.Allocation.Tier == IlTier.Unoptimised == unoptimised)
                .GroupBy(static pair => (object)(pair.Allocation.Method, pair.Site.Tree, pair.Site.Span, pair.Site.IsExact, pair.Allocation.Kind, pair.Allocation.Tier))
                .SelectMany(alike => alike.Where((_, index) => IsMissed(alike, index)))
                .Select(static pair => $"{pair.Allocation.Kind} ({pair.Allocation.Instruction.OpCode} {pair.Allocation.Instruction.Operand}) {pair.Site}"),
        ];

        string[] False(bool unoptimised) =>
        [
            .. diagnostics
                .Where(found => found.Id == Unoptimised == unoptimised)
                .Where(found => !placedByTree[found.Location.SourceTree!].Any(pair => ProbeVerdict.Proves(pair.Allocation, found.Id) && pair.Site.IsTouchedBy(found, pair.Allocation.Kind)))
                .Select(static found => $"{found.Id} {SiteOf(found)}"),
        ];

        int unoptimised = diagnostics.Count(static found => found.Id == Unoptimised);
        return new CorpusResult(
            name,
            methods.Count(static method => !method.Name.StartsWith('<') && !IlMarks.IsCompilerGenerated(method) && !method.DeclaringType.Name.StartsWith('<')),
            mended.Blanked,
            counted.Count(static pair => pair.Allocation.Tier != IlTier.Unoptimised),
            placed.Length - counted.Length,
            Missed(unoptimised: false),
            diagnostics.Length - unoptimised,
            False(unoptimised: false),
            unoptimised,
            False(unoptimised: true),
            Missed(unoptimised: true),
            all.Count(static found => found.Id == "AD0001"));
    }

    /// <summary>Rules that tell once of all that a construct needs.</summary>
    private static bool IsForWhole(string rule) => rule is "KM1005" or "KM1008" or "KM1009" or "KM1010" or "KM1013" or "KM1014" or "KM1015" or "KM1023";

    private static AssemblyDefinition Emit(CSharpCompilation compilation)
    {
        var image = new MemoryStream();
        var symbols = new MemoryStream();
        EmitResult result = compilation.Emit(image, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        if (!result.Success)
            throw new InvalidOperationException(string.Join('\n', result.Diagnostics.Where(static found => found.Severity == DiagnosticSeverity.Error).Take(5)));

        image.Position = 0;
        symbols.Position = 0;
        var resolver = new DefaultAssemblyResolver();
        foreach (string folder in compilation.References.Select(static reference => Path.GetDirectoryName(reference.Display)!).Distinct())
        {
            resolver.AddSearchDirectory(folder);
        }

        return AssemblyDefinition.ReadAssembly(image, new ReaderParameters { ReadSymbols = true, SymbolStream = symbols, SymbolReaderProvider = new PortablePdbReaderProvider(), AssemblyResolver = resolver });
    }

    /// <summary>A member that lost its body to compile.</summary>
    private static bool IsBlank(MethodDefinition method)
        => method.Body.Instructions.Where(static instruction => instruction.OpCode.Code != Code.Nop).Select(static instruction => instruction.OpCode.Code).SequenceEqual([Code.Ldnull, Code.Throw]);

    private static bool IsBlank(Diagnostic diagnostic) => SiteOf(diagnostic).IsBlank;

    private static Site SiteOf(Diagnostic diagnostic)
        => new(diagnostic.Location.SourceTree!, diagnostic.Location.SourceSpan, [], IsExact: true);
}
