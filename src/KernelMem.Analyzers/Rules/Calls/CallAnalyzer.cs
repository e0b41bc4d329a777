using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using KernelMem.Analyzers.Effects;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Rules.Calls;

/// <summary>
/// KM1017 to KM1022: what is called by code that must not allocate, throw or wait. Calls that leave the compilation, or go nobody knows
/// where, are told at once; where a way through the compilation must be found, when all of it is known.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CallAnalyzer : KernelAnalyzer
{
    private static readonly ImmutableArray<Effect> s_effects = [Effect.Allocate, Effect.Throw, Effect.Block];

    private protected override ImmutableArray<DiagnosticDescriptor> Rules { get; } =
    [
        RuleDescriptors.Callee,
        RuleDescriptors.ExternalCallee,
        RuleDescriptors.Dispatch,
        RuleDescriptors.InheritedImplementation,
        RuleDescriptors.GenericArgument,
        RuleDescriptors.TypeInitializer,
        RuleDescriptors.StaleEffectsFile,
    ];

    private protected override void Start(CompilationStartAnalysisContext context, KernelContext kernel)
    {
        if (!kernel.HoldsCode(context.Compilation, context.CancellationToken))
            return;

        Run run = new(context.Compilation, context.Options, kernel);
        context.RegisterOperationBlockAction(run.Collect);
        context.RegisterSymbolAction(run.CollectInherited, SymbolKind.NamedType);
        if (Mentions.AnyOf(context.Compilation, "TrustedNoAlloc", context.CancellationToken))
            context.RegisterSymbolAction(run.CollectTrust, SymbolKind.Method, SymbolKind.Property, SymbolKind.Event, SymbolKind.Field);
        context.RegisterCompilationEndAction(run.Report);
    }

    internal static readonly MemberEffects Nothing = new(EffectVerdict.Unknown, EffectVerdict.Unknown, EffectVerdict.Unknown, "there is no effects file of its assembly");

    /// <summary>One compilation.</summary>
    private sealed class Run
    {
        private readonly Compilation _compilation;
        private readonly KernelContext _kernel;
        private readonly Lazy<EffectsCatalog> _catalog;
        private readonly CallTargets _targets;
        private readonly SummaryStore _summaries;
        private readonly ImmutableArray<ConcurrentDictionary<IMethodSymbol, bool>> _harmless = [.. s_effects.Select(static _ => new ConcurrentDictionary<IMethodSymbol, bool>(SymbolEqualityComparer.Default))];
        private readonly ConcurrentBag<(ISymbol Function, Effect Effect, CallSite Call)> _pending = [];
        private readonly ConcurrentBag<InheritedImplementation> _inherited = [];
        private readonly TrustUse _trust;

        public Run(Compilation compilation, AnalyzerOptions options, KernelContext kernel)
        {
            _compilation = compilation;
            _kernel = kernel;
            _summaries = new SummaryStore(compilation);
            _catalog = new Lazy<EffectsCatalog>(() => EffectsCatalog.Of(compilation, options, default));
            _targets = new CallTargets(compilation, kernel.Effects, kernel.Effects.IsFreestanding);
            _trust = new TrustUse(kernel.Symbols.TrustedNoAlloc);
        }

        public void Collect(OperationBlockAnalysisContext block)
        {
            CallCollector collector = new();
            _ = new BodyWalk(block, static _ => true, collector).Run();
            Dictionary<ISymbol, FunctionBody> facts = AllocationFacts.Of(block, function => !_kernel.Effects.MustNotAllocate(function))
                .ToDictionary(static body => body.Function, static body => body, SymbolEqualityComparer.Default);
            foreach (ISymbol function in collector.Functions.Concat(facts.Keys).Distinct(SymbolEqualityComparer.Default).OfType<ISymbol>())
            {
                IReadOnlyList<AllocationFact> found = facts.TryGetValue(function, out FunctionBody? body) ? body.Facts : [];
                FunctionSummary summary = Summaries.Of(collector.Of(function), found);
                _summaries.Add(function, summary);
                _trust.Add(function, summary, found.Count > 0);
                foreach (Effect effect in s_effects)
                {
                    if (_kernel.Effects.MustNot(function, effect))
                        Judge(block, function, effect, summary.Calls);
                }
            }
        }

        public void CollectInherited(SymbolAnalysisContext context)
        {
            foreach (Effect effect in s_effects)
            {
                foreach (InheritedImplementation inherited in InheritedImplementation.In((INamedTypeSymbol)context.Symbol, effect, _kernel.Effects))
                {
                    _inherited.Add(inherited);
                }
            }
        }

        public void CollectTrust(SymbolAnalysisContext context) => _trust.Add(context.Symbol);

        public void Report(CompilationAnalysisContext context)
        {
            ReportCalls(context);
            ReportInherited(context);
            ReportNeedlessTrust(context);
            foreach (string assembly in StaleEffects.Find(_compilation, _catalog.Value))
            {
                context.Report(Diagnostic.Create(RuleDescriptors.StaleEffectsFile, Location.None, assembly));
            }
        }

        private void ReportCalls(CompilationAnalysisContext context)
        {
            foreach (IGrouping<Effect, (ISymbol Function, Effect Effect, CallSite Call)> group in _pending.GroupBy(static pending => pending.Effect))
            {
                CallGraph graph = Solve(group.Key, group.Select(static pending => pending.Call));
                foreach ((ISymbol function, Effect effect, CallSite call) in group)
                {
                    if (graph.Find(call) is { } cause)
                        context.Report(Describe(RuleOf(call, cause), function, effect, call, cause));
                }
            }
        }

        private void ReportInherited(CompilationAnalysisContext context)
        {
            foreach (InheritedImplementation inherited in _inherited)
            {
                CallSite use = new(CallKind.Direct, inherited.Implementation, null, inherited.Location);
                if (Solve(inherited.Effect, [use]).Find(use) is { } cause)
                    context.Report(Describe(RuleDescriptors.InheritedImplementation, inherited.Type, inherited.Effect, use, cause, SymbolNames.Qualified(inherited.Contract)));
            }
        }

        private void ReportNeedlessTrust(CompilationAnalysisContext context)
        {
            foreach ((ISymbol member, AttributeData mark, IReadOnlyCollection<CallSite> calls) in _trust.Doubtful())
            {
                CallGraph graph = Solve(Effect.Allocate, calls);
                if (!calls.Any(call => graph.Find(call) is not null))
                {
                    context.Report(Diagnostic.Create(
                        RuleDescriptors.NeedlessSuppression,
                        mark.ApplicationSyntaxReference!.GetSyntax(context.CancellationToken).GetLocation(),
                        $"The trust in '{SymbolNames.Of(member)}'",
                        "the rules find nothing that allocates"));
                }
            }
        }

        private CallGraph Solve(Effect effect, IEnumerable<CallSite> calls)
        {
            CallGraph graph = NewGraph(effect);
            foreach (CallSite call in calls)
            {
                graph.Explore(call);
            }

            graph.Solve();
            return graph;
        }

        private void Judge(OperationBlockAnalysisContext block, ISymbol function, Effect effect, ImmutableArray<CallSite> calls)
        {
            CallGraph? graph = null;
            foreach (CallSite call in calls)
            {
                if (effect == Effect.Allocate && call.Target is { } target && EqualityRule.Tells(target))
                    continue;

                if (IsPending(call))
                {
                    _pending.Add((function, effect, call));
                    continue;
                }

                // Most calls are of few members, over and over.
                ConcurrentDictionary<IMethodSymbol, bool> harmless = _harmless[(int)effect];
                if (call.Kind == CallKind.Direct && harmless.ContainsKey(call.Target!))
                    continue;

                graph ??= NewGraph(effect);
                graph.Explore(call);
                if (graph.Find(call) is not { } cause)
                {
                    if (call.Kind == CallKind.Direct)
                        harmless.TryAdd(call.Target!, true);
                }
                else
                {
                    block.Report(Describe(cause.Kind == CauseKind.Dispatch ? RuleDescriptors.Dispatch : RuleDescriptors.ExternalCallee, function, effect, call, cause));
                }
            }
        }

        /// <summary>Whether code of the compilation has to be looked at.</summary>
        private bool IsPending(CallSite call)
            => call.Kind == CallKind.TypeInitializer
                || (call.Kind == CallKind.Dispatched && IsHere(call.Type ?? call.Target!.ContainingType))
                || (call.Kind is not (CallKind.Delegate or CallKind.Pointer) && (IsHere(call.Target!) || call.Target!.TypeArguments.Any(IsMade) || IsMade(call.Target.ContainingType) || IsMade(call.Type)));

        /// <summary>Whether a type is of the compilation, or made of one that is.</summary>
        private bool IsMade(ITypeSymbol? type) => type switch
        {
            INamedTypeSymbol named => IsHere(named) || named.TypeArguments.Any(IsMade) || IsMade(named.ContainingType),
            IArrayTypeSymbol array => IsMade(array.ElementType),
            _ => false,
        };

        private bool IsHere(ISymbol symbol) => SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, _compilation.Assembly);

        private CallGraph NewGraph(Effect effect) => new(_compilation, effect, _kernel.Effects, _targets, _summaries, External);

        private MemberEffects? External(IMethodSymbol member) => _catalog.Value.TryGet(member, out MemberEffects effects) ? effects
            : _catalog.Value.Knows(member.ContainingAssembly) ? null
            : Nothing;

        private DiagnosticDescriptor RuleOf(CallSite call, EffectCause cause)
        {
            if (call.Kind == CallKind.TypeInitializer)
                return RuleDescriptors.TypeInitializer;
            if (cause is { Kind: CauseKind.Dispatch, Next: null })
                return RuleDescriptors.Dispatch;

            // From there, a chain comes back by the type arguments only.
            if (cause.Member is { } first && !IsHere(first))
                return cause.Next is null ? RuleDescriptors.ExternalCallee : RuleDescriptors.GenericArgument;
            bool isGeneric = call.Target!.TypeArguments.Length > 0 || call.Target.ContainingType is { IsGenericType: true };
            return isGeneric && s_effects.Any(effect => _kernel.Effects.MustNot(call.Target, effect)) ? RuleDescriptors.GenericArgument : RuleDescriptors.Callee;
        }

        private static Diagnostic Describe(DiagnosticDescriptor rule, ISymbol function, Effect effect, CallSite call, EffectCause cause, string? contract = null) => Diagnostic.Create(
            rule,
            call.Location,
            cause.Places(),
            SymbolNames.Of(function),
            effect switch { Effect.Allocate => "allocate", Effect.Throw => "throw", _ => "wait" },
            cause.Describe(),
            contract ?? SymbolNames.Of(call.Type));
    }
}
