using System.Collections.Immutable;
using System.Linq;
using KernelMem.Analyzers.Effects;
using KernelMem.Analyzers.Profiles;
using KernelMem.Analyzers.Rules.Meta;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Rules;

/// <summary>
/// What all rules have in common: they run concurrently, they look at generated code too (a kernel runs it like any other), and they do
/// nothing in a compilation that does not know the vocabulary, or whose profile is <c>Off</c>. What silences them without need is told by
/// each for its own rules (KM0004), because it alone knows when all is said.
/// </summary>
public abstract class KernelAnalyzer : DiagnosticAnalyzer
{
    private ImmutableArray<DiagnosticDescriptor> _supported;

    /// <inheritdoc/>
    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics
    {
        get
        {
            if (_supported.IsDefault)
                _supported = Rules.Add(RuleDescriptors.NeedlessSuppression);
            return _supported;
        }
    }

    private protected abstract ImmutableArray<DiagnosticDescriptor> Rules { get; }

    /// <inheritdoc/>
    public sealed override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(StartCompilation);
    }

    private protected abstract void Start(CompilationStartAnalysisContext context, KernelContext kernel);

    private void StartCompilation(CompilationStartAnalysisContext context)
    {
        KernelProfile profile = ProfileReader.Read(context.Options);
        KnownSymbols symbols = KnownSymbols.Of(context.Compilation);

        // A core library has no vocabulary of its own; its profile is enough to ask for the allocation rules.
        bool applies = symbols.HasVocabulary || profile is KernelProfile.Kernel or KernelProfile.Audit;
        if (applies && profile != KernelProfile.Off)
        {
            if (profile != KernelProfile.Hosted || VocabularyUse.IsPossible(context.Compilation, symbols, context.CancellationToken))
                Start(context, new KernelContext(symbols, EffectScopes.Of(context.Compilation, symbols, profile)));
            context.RegisterCompilationEndAction(ReportNeedless);
        }
    }

    private void ReportNeedless(CompilationAnalysisContext context)
    {
        Reports reports = Reports.Of(context.Compilation);
        foreach (SourceSuppression suppression in SuppressionSearch.Of(context.Compilation, context.CancellationToken))
        {
            if (Rules.Any(rule => rule.Id == suppression.Id) && !reports.Any(suppression.Id, suppression.Tree, suppression.Span))
                context.Report(Diagnostic.Create(RuleDescriptors.NeedlessSuppression, suppression.Location, $"The suppression of {suppression.Id}", "nothing is reported here"));
        }
    }
}
