using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Boundary;

/// <summary>
/// What is user memory in one member: what is marked so, and what is made of it. The order of statements is not asked for: a variable
/// that gets user memory anywhere has it everywhere.
/// </summary>
/// <remarks>
/// What a call gives back is user memory if it is marked so, if the call is one on user memory, or if an argument that is
/// <c>[PreservesValue]</c> is. Anything else that a method makes of user memory is its own, and it answers for it.
/// </remarks>
internal sealed class UserMemoryFlow
{
    private readonly Dictionary<Place, ISymbol> _origins = [];

    public UserMemoryFlow(ImmutableArray<IOperation> operations, UserMemoryMarks marks, ISymbol owner)
    {
        Marks = marks;
        Owner = owner;
        List<Assignment> assignments = new AssignmentCollector(this).Collect(operations);
        bool changed = true;
        while (changed)
        {
            changed = false;
            foreach (Assignment assignment in assignments)
            {
                if (!_origins.ContainsKey(assignment.Target) && assignment.Origin() is { } origin)
                {
                    _origins.Add(assignment.Target, origin);
                    changed = true;
                }
            }
        }
    }

    public UserMemoryMarks Marks { get; }

    /// <summary>The member whose code it is.</summary>
    public ISymbol Owner { get; }

    /// <summary>The marked symbol that an expression's value comes from, or null if it is no user memory.</summary>
    public ISymbol? OriginOf(IOperation? value)
    {
        if (value is null || !CanCarry(value.Type))
            return null;

        if (Marks.IsMarked(value.Type))
            return value.Type;

        return value switch
        {
            ILocalReferenceOperation or IParameterReferenceOperation or IFieldReferenceOperation or IPropertyReferenceOperation
                => OfReference(value),
            IInvocationOperation call => OfCall(call),
            IObjectCreationOperation creation => OfPreserved(creation.Arguments),
            IConversionOperation conversion => OriginOf(conversion.Operand),
            IBinaryOperation binary => OfBinary(binary),
            IUnaryOperation unary => OriginOf(unary.Operand),
            IIncrementOrDecrementOperation step => OriginOf(step.Target),
            IConditionalOperation choice => OriginOf(choice.WhenTrue) ?? OriginOf(choice.WhenFalse),
            ICoalesceOperation choice => OriginOf(choice.Value) ?? OriginOf(choice.WhenNull),
            ISwitchExpressionOperation choice => choice.Arms.Select(arm => OriginOf(arm.Value)).FirstOrDefault(static origin => origin is not null),
            ISimpleAssignmentOperation assignment => OriginOf(assignment.Value),
            ICoalesceAssignmentOperation assignment => OriginOf(assignment.Target) ?? OriginOf(assignment.Value),
            ICompoundAssignmentOperation assignment => OriginOf(assignment.Target) ?? OfAdded(assignment),
            IConditionalAccessOperation access => OriginOf(access.WhenNotNull),
            IConditionalAccessInstanceOperation instance => OriginOf(Accessed(instance)),
            IArrayElementReferenceOperation element => OriginOf(element.ArrayReference),
            IInlineArrayAccessOperation element => OriginOf(element.Instance),
            IImplicitIndexerReferenceOperation element => OriginOf(element.Instance),
            IAddressOfOperation address => OriginOf(Operations.PointerToPlace(address.Reference)),
            _ => OriginOf(Operations.DereferencedPointer(value)),
        };
    }

    /// <summary>The marked symbol from which a place got what it has, or null.</summary>
    public ISymbol? OfPlace(Place place) => _origins.TryGetValue(place, out ISymbol? origin) ? origin : null;

    /// <summary>
    /// Whether what is stored in a place is known for user memory to all who read it: the place, or what it is a member of, is marked.
    /// </summary>
    public bool IsMarkedPlace(IOperation place) => place switch
    {
        IFieldReferenceOperation field => Marks.IsMarked(field.Field) || OriginOf(field.Instance) is not null,
        IPropertyReferenceOperation property => Marks.IsMarked(property.Property) || OriginOf(property.Instance) is not null,
        IParameterReferenceOperation parameter => Marks.IsMarked(parameter.Parameter),
        IArrayElementReferenceOperation element => IsMarkedPlace(element.ArrayReference),
        _ => Operations.DereferencedPointer(place) is { } pointer && OriginOf(pointer) is not null,
    };

    /// <summary>The origin of what a call hands to its <c>out</c> and <c>ref</c> parameters.</summary>
    public ISymbol? OfOutArgument(IArgumentOperation argument)
    {
        if (argument.Parameter is { } parameter && Marks.IsMarked(parameter))
            return parameter;
        if (argument.Parameter?.RefKind != RefKind.Out)
            return null;

        return argument.Parent switch
        {
            IInvocationOperation call => OriginOf(call.Instance) ?? OfPreserved(call.Arguments),
            IObjectCreationOperation creation => OfPreserved(creation.Arguments),
            _ => null,
        };
    }

    private ISymbol? OfReference(IOperation reference)
    {
        ISymbol? marked = reference switch
        {
            IParameterReferenceOperation parameter when Marks.IsMarked(parameter.Parameter) => parameter.Parameter,
            IFieldReferenceOperation field => Marks.IsMarked(field.Field) ? field.Field : OfFieldInstance(field),
            IPropertyReferenceOperation property => Marks.IsMarked(property.Property) ? property.Property : OriginOf(property.Instance),
            _ => null,
        };
        return marked ?? (Place.Named(reference) is { } place ? OfPlace(place) : null);
    }

    /// <summary>A fixed-size buffer is where the variable is that holds it; any other field is a part of the value.</summary>
    private ISymbol? OfFieldInstance(IFieldReferenceOperation field)
        => OriginOf(field.Field.IsFixedSizeBuffer && field.Instance is { } instance ? Operations.PointerToPlace(instance) : field.Instance);

    private ISymbol? OfCall(IInvocationOperation call)
    {
        if (Marks.IsReturnMarked(call.TargetMethod))
            return call.TargetMethod;

        return OriginOf(call.Instance)
            ?? OfPreserved(call.Arguments)
            ?? OfPlace(Place.Of(call.TargetMethod.OriginalDefinition));
    }

    private ISymbol? OfPreserved(ImmutableArray<IArgumentOperation> arguments)
        => arguments
            .Where(argument => Marks.PreservesValue(argument.Parameter))
            .Select(argument => OriginOf(argument.Value))
            .FirstOrDefault(static origin => origin is not null);

    /// <summary>
    /// A sum is where its pointer, or what stands for one, points; a program's offset into a kernel buffer is another matter. A product or
    /// a quotient is no address.
    /// </summary>
    private ISymbol? OfBinary(IBinaryOperation binary)
    {
        if (binary.OperatorKind is BinaryOperatorKind.Multiply or BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder)
            return null;

        if (IsBase(binary.LeftOperand, binary) && !IsBase(binary.RightOperand, binary))
            return OriginOf(binary.LeftOperand);
        if (IsBase(binary.RightOperand, binary) && !IsBase(binary.LeftOperand, binary))
            return OriginOf(binary.RightOperand);
        return OriginOf(binary.LeftOperand) ?? OriginOf(binary.RightOperand);
    }

    private ISymbol? OfAdded(ICompoundAssignmentOperation assignment)
        => Operations.IsPointer(assignment.Type)
            || assignment.OperatorMethod is not null
            || assignment.OperatorKind is BinaryOperatorKind.Multiply or BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder
                ? null
                : OriginOf(assignment.Value);

    /// <summary>An operand that is a pointer, a pointer's number, or, with an operator of one's own, of the result's type.</summary>
    private static bool IsBase(IOperation operand, IBinaryOperation binary)
    {
        if (binary.OperatorMethod is not null)
            return SymbolEqualityComparer.Default.Equals(operand.Type, binary.Type);

        while (operand is IConversionOperation conversion && !Operations.IsPointer(operand.Type))
        {
            operand = conversion.Operand;
        }

        return Operations.IsPointer(operand.Type);
    }

    /// <summary>What <c>?.</c> was asked of.</summary>
    private static IOperation? Accessed(IOperation instance)
    {
        IOperation part = instance;
        while (part.Parent is { } parent)
        {
            if (parent is IConditionalAccessOperation access && access.WhenNotNull == part)
                return access.Operation;

            part = parent;
        }

        return null;
    }

    /// <summary>Whether a value of the type can hold an address, or lead to one.</summary>
    private static bool CanCarry(ITypeSymbol? type) => type?.SpecialType is not (null
        or SpecialType.System_String or SpecialType.System_Boolean or SpecialType.System_Void
        or SpecialType.System_Single or SpecialType.System_Double or SpecialType.System_Decimal);
}
