using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using KernelMem.Analyzers.Effects;
using KernelMem.Analyzers.Profiles;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.Analyzers.Rules.Calls;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace RuleCorpus.Calls;

/// <summary>
/// Asks the rules about each function of a program, as if every one was called by code that must not allocate, and no code had a mark:
/// the code itself is to be judged, not promises about it.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class RuleVerdicts : DiagnosticAnalyzer
{
    private SummaryStore? _summaries;
    private readonly ConcurrentDictionary<ISymbol, bool> _inner = new(SymbolEqualityComparer.Default);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [new("CORPUS", "Nothing is reported", "Nothing is reported", "Corpus", DiagnosticSeverity.Hidden, isEnabledByDefault: true)];

    /// <summary>The verdicts, by <see cref="FunctionNames"/>.</summary>
    public Dictionary<string, ReasonedVerdict> Verdicts { get; } = new(StringComparer.Ordinal);

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(start =>
        {
            _summaries = new SummaryStore(start.Compilation);
            start.RegisterOperationBlockAction(Collect);
            start.RegisterCompilationEndAction(Judge);
        });
    }

    private void Collect(OperationBlockAnalysisContext block)
    {
        CallCollector collector = new();
        _ = new BodyWalk(block, static _ => true, collector).Run();
        Dictionary<ISymbol, FunctionBody> facts = AllocationFacts.Of(block, static _ => true).ToDictionary(static body => body.Function, static body => body, SymbolEqualityComparer.Default);
        foreach (ISymbol function in collector.Functions.Concat(facts.Keys).Distinct(SymbolEqualityComparer.Default).OfType<ISymbol>())
        {
            _summaries!.Add(function, Summaries.Of(collector.Of(function), facts.TryGetValue(function, out FunctionBody? body) ? body.Facts : []));
            if (function is IMethodSymbol { MethodKind: MethodKind.LocalFunction or MethodKind.AnonymousFunction })
                _inner.TryAdd(function, true);
        }
    }

    private void Judge(CompilationAnalysisContext context)
    {
        CSharpCompilation markless = CSharpCompilation.Create("Nothing");
        EffectScopes scopes = EffectScopes.Of(markless, KnownSymbols.Of(markless), KernelProfile.Hosted);
        EffectsCatalog catalog = EffectsCatalog.Of(context.Compilation, context.Options, context.CancellationToken);
        CallTargets targets = new(context.Compilation, scopes, trustsPointers: false);
        CallGraph graph = new(context.Compilation, Effect.Allocate, scopes, targets, _summaries!, member => catalog.TryGet(member, out MemberEffects effects) ? effects : catalog.Knows(member.ContainingAssembly) ? null : CallAnalyzer.Nothing);
        CallSite[] calls =
        [
            .. DeclaredTypes.In(context.Compilation.Assembly.GlobalNamespace).SelectMany(static type => type.GetMembers()).OfType<IMethodSymbol>().Concat(_inner.Keys.OfType<IMethodSymbol>())
                .Where(static method => !method.IsAbstract)
                .Select(static method => new CallSite(CallKind.Direct, method, null, method.Locations[0])),
        ];
        foreach (CallSite call in calls)
            graph.Explore(call);
        graph.Solve();
        foreach (IGrouping<string?, CallSite> alike in calls.GroupBy(static call => FunctionNames.Of(call.Target!)))
        {
            if (alike.Key is { } name && alike.Count() == 1)
                Verdicts[name] = VerdictOf(graph.Find(alike.First()));
        }
    }

    private static ReasonedVerdict VerdictOf(EffectCause? cause)
    {
        if (cause is null)
            return new(Verdict.Never, "");

        EffectCause last = cause;
        while (last.Next is not null)
            last = last.Next;
        string reason = last.Member is null ? last.Reason : $"{SymbolNames.Qualified(last.Member)}: {last.Reason}";
        return new(cause.Kind == CauseKind.Code ? Verdict.Always : Verdict.Unknown, reason);
    }
}
