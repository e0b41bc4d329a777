using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Effects;

/// <summary>Says what becomes of a property, or of what an index or range picks: a reference alone does not.</summary>
internal static class PropertyUses
{
    /// <summary>Whether it is read, and whether it is set.</summary>
    public static (bool IsRead, bool IsSet) Of(IOperation reference, ControlFlowGraph graph)
    {
        if (reference.Parent is not IFlowCaptureOperation capture)
            return OfPlace(reference);

        // What is assigned branches: the graph keeps the target until it is known.
        (bool IsRead, bool IsSet)[] uses =
        [
            .. graph.Blocks
                .SelectMany(static block => block.BranchValue is { } value ? block.Operations.Add(value) : block.Operations)
                .SelectMany(static operation => operation.DescendantsAndSelf())
                .OfType<IFlowCaptureReferenceOperation>()
                .Where(use => use.Id.Equals(capture.Id))
                .Select(OfPlace),
        ];
        bool isSet = uses.Any(static use => use.IsSet);
        return (!isSet || uses.Any(static use => use.IsRead), isSet);
    }

    private static (bool IsRead, bool IsSet) OfPlace(IOperation place) => place.Parent switch
    {
        ICompoundAssignmentOperation assignment when assignment.Target == place => (true, true),
        IIncrementOrDecrementOperation => (true, true),
        IAssignmentOperation assignment when assignment.Target == place => (false, true),
        ITupleOperation tuple => OfElement(tuple),
        _ => (true, false),
    };

    /// <summary>An element of a tuple that values are taken apart into.</summary>
    private static (bool IsRead, bool IsSet) OfElement(ITupleOperation tuple)
    {
        IOperation outer = tuple;
        while (outer.Parent is ITupleOperation or IConversionOperation)
            outer = outer.Parent;
        return outer.Parent is IDeconstructionAssignmentOperation deconstruction && deconstruction.Target == outer ? (false, true) : (true, false);
    }
}
