using System.Collections.Generic;
using System.Composition;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.CodeFixes.Allocation;

/// <summary>KM1009: makes the parameter a <c>params ReadOnlySpan</c>, where the method only reads it.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ParamsSpanFix() : KernelCodeFix("KM1009")
{
    private protected override IEnumerable<KernelFix> Find(FixPlace place)
        => GatheredParameter(place) is { } parameter && SpanParameters.Make(parameter, nameof(ParamsSpanFix), place) is { } fix ? [fix] : [];

    private static IParameterSymbol? GatheredParameter(FixPlace place)
        => place.Node.AncestorsAndSelf()
            .Select(node => node.Span == place.Diagnostic.Location.SourceSpan ? place.Model.GetOperation(node, place.Cancellation) : null)
            .SelectMany(static operation => operation switch
            {
                IInvocationOperation call => call.Arguments,
                IObjectCreationOperation creation => creation.Arguments,
                IPropertyReferenceOperation indexer => indexer.Arguments,
                _ => [],
            })
            .FirstOrDefault(static argument => argument.ArgumentKind == ArgumentKind.ParamArray)?.Parameter?.OriginalDefinition;
}
