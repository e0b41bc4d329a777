using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Boundary;

/// <summary>Pointers in operation trees, which have no kinds of operation of their own for most of what is done with them.</summary>
internal static class Operations
{
    /// <summary>Everything in a tree that can run: what stands in <c>nameof</c> does not.</summary>
    public static IEnumerable<IOperation> Executed(IOperation root)
    {
        var pending = new Stack<IOperation>();
        pending.Push(root);
        while (pending.Count > 0)
        {
            IOperation operation = pending.Pop();
            yield return operation;
            if (operation is INameOfOperation)
                continue;

            foreach (IOperation child in operation.ChildOperations.Reverse())
            {
                pending.Push(child);
            }
        }
    }

    public static bool IsPointer(ITypeSymbol? type) => type is IPointerTypeSymbol or IFunctionPointerTypeSymbol;

    /// <summary>
    /// The pointer that is followed by <c>*p</c>, <c>p[i]</c> or the left of <c>p-&gt;f</c>; null for any other operation. The tree calls
    /// them <see cref="OperationKind.None"/>; they alone have a pointer for their first part and what it points to for their type.
    /// </summary>
    public static IOperation? DereferencedPointer(IOperation operation)
        => operation is { Kind: OperationKind.None, Type: { } type }
            && operation.ChildOperations.FirstOrDefault() is { Type: IPointerTypeSymbol pointer } followed
            && SymbolEqualityComparer.Default.Equals(pointer.PointedAtType, type)
                ? followed
                : null;

    /// <summary>
    /// Whether a dereference names a place only, whose address is taken: <c>&amp;p-&gt;f</c>, <c>&amp;p[i]</c>, and a fixed-size buffer.
    /// </summary>
    public static bool IsPlaceOnly(IOperation dereference)
    {
        IOperation place = dereference;
        while (place.Parent is IFieldReferenceOperation field && field.Instance == place)
        {
            if (field.Field.IsFixedSizeBuffer)
                return true;

            place = field;
        }

        return place.Parent is IAddressOfOperation;
    }

    /// <summary>The pointer by which a place is reached, of which <c>&amp;</c> gives an address; null where it is a variable.</summary>
    public static IOperation? PointerToPlace(IOperation place)
    {
        while (place is IFieldReferenceOperation { Instance: { } instance })
        {
            place = instance;
        }

        return DereferencedPointer(place);
    }
}
