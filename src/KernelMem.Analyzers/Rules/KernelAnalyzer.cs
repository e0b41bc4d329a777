using KernelMem.Analyzers.Effects;
using KernelMem.Analyzers.Profiles;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Rules;

/// <summary>
/// What all rules have in common: they run concurrently, they look at generated code too (a kernel runs it like any other), and they do
/// nothing in a compilation that does not know the vocabulary, or whose profile is <c>Off</c>.
/// </summary>
public abstract class KernelAnalyzer : DiagnosticAnalyzer
{
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
            Start(context, new KernelContext(symbols, new EffectScopes(symbols, profile)));
    }
}
