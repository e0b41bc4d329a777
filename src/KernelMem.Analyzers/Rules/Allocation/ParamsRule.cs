using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1009: arguments that the compiler gathers in an array or another object, because the parameter is <c>params</c>.</summary>
internal sealed class ParamsRule : AllocationRule
{
    public override DiagnosticDescriptor Descriptor => RuleDescriptors.Params;

    public override ImmutableArray<OperationKind> Kinds { get; } = [OperationKind.Argument];

    public override bool IsCandidate(IOperation operation)
        => ((IArgumentOperation)operation).ArgumentKind is ArgumentKind.ParamArray or ArgumentKind.ParamCollection;

    public override void Visit(IOperation operation, FunctionBody body)
    {
        var argument = (IArgumentOperation)operation;
        if (Gathers(argument) && argument.Parent is { } call)
            body.Report(Descriptor, call.Syntax.GetLocation(), SymbolNames.Of(argument.Value.Type), argument.Parameter?.Name ?? "params");
    }

    /// <summary>Whether the compiler made the array for a params parameter.</summary>
    public static bool IsParamsArray(IArrayCreationOperation array) => array is { IsImplicit: true, Parent: IArgumentOperation { ArgumentKind: ArgumentKind.ParamArray } };

    private static bool Gathers(IArgumentOperation argument) => argument switch
    {
        // No arguments are Array.Empty.
        { ArgumentKind: ArgumentKind.ParamArray, Value: IArrayCreationOperation { IsImplicit: true } array } => array.DimensionSizes[0].ConstantValue is not { HasValue: true, Value: 0 },
        { ArgumentKind: ArgumentKind.ParamCollection, Value: { } collection } => collection.Type is { IsRefLikeType: false } && !IsEmptyView(collection),
        _ => false,
    };

    /// <summary>Nothing, seen through a read-only interface, is Array.Empty.</summary>
    private static bool IsEmptyView(IOperation collection)
        => collection is ICollectionExpressionOperation { Elements.IsEmpty: true, Type: { TypeKind: TypeKind.Interface } type } && !CanBeFilled(type);

    private static bool CanBeFilled(ITypeSymbol type)
        => type.OriginalDefinition.SpecialType is SpecialType.System_Collections_Generic_IList_T or SpecialType.System_Collections_Generic_ICollection_T;
}
