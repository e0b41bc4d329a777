using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using KernelMem.Analyzers.Rules.Allocation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Effects;

/// <summary>Notes whom the functions of a body call, by any syntax: calls, accessors, operators, conversions, patterns, what the compiler adds.</summary>
internal sealed class CallCollector : IBodyVisitor
{
    private readonly Dictionary<ISymbol, List<CallSite>> _calls = new(SymbolEqualityComparer.Default);

    /// <summary>The calls of a function, in the order of the source.</summary>
    public ImmutableArray<CallSite> Of(ISymbol function) => _calls.TryGetValue(function, out List<CallSite>? calls) ? Sorted(calls) : [];

    private static ImmutableArray<CallSite> Sorted(List<CallSite> calls) => calls.Count < 2
        ? [.. calls]
        : [.. calls.Distinct().OrderBy(static call => call.Location.SourceSpan.Start).ThenBy(static call => call.Target?.Name, System.StringComparer.Ordinal)];

    /// <summary>The functions in which there was something.</summary>
    public IEnumerable<ISymbol> Functions => _calls.Keys;

    public bool IsCandidate(IOperation operation) => operation.Kind is OperationKind.Invocation or OperationKind.ObjectCreation or OperationKind.PropertyReference
        or OperationKind.EventAssignment or OperationKind.MethodReference or OperationKind.FunctionPointerInvocation or OperationKind.ImplicitIndexerReference
        or OperationKind.DeconstructionAssignment or OperationKind.RecursivePattern or OperationKind.ListPattern or OperationKind.SlicePattern or OperationKind.CollectionExpression
        or OperationKind.Lock or OperationKind.TypeParameterObjectCreation
        || OperatorOf(operation) is not null
        || operation is IFieldReferenceOperation { Field: { IsStatic: true, IsConst: false } };

    public void VisitFunction(FunctionBody body) => CallsOf(body);

    public void VisitLocalFunction(IMethodSymbol localFunction, ControlFlowGraph localGraph, FunctionBody body)
    {
    }

    public void VisitUnreachable(IOperation operation, FunctionBody body)
    {
    }

    public void VisitThrow(IOperation? exception, FunctionBody body)
    {
    }

    public void Visit(IOperation operation, FunctionBody body)
    {
        switch (operation)
        {
            case IInvocationOperation call when !ConditionalCalls.IsOmitted(call):
                AddCall(body, call);
                break;
            case IObjectCreationOperation { Constructor: { } constructor }:
                Add(body, operation, CallKind.Direct, constructor);
                break;
            case IPropertyReferenceOperation reference:
                AddAccessors(body, reference);
                break;
            case IEventAssignmentOperation { EventReference: IEventReferenceOperation reference } assignment:
                AddMember(body, operation, assignment.Adds ? reference.Event.AddMethod : reference.Event.RemoveMethod, reference.Instance, reference.ConstrainedToType);
                break;
            case IMethodReferenceOperation reference:
                Add(body, operation, CallKind.Made, reference.Method, reference.Instance?.Type);
                break;
            case IFunctionPointerInvocationOperation:
                Add(body, operation, CallKind.Pointer, target: null);
                break;
            case IImplicitIndexerReferenceOperation reference:
                AddPart(body, operation, reference.LengthSymbol, reference.Instance.Type);
                AddPicked(body, reference);
                break;
            case IListPatternOperation pattern:
                AddPart(body, operation, pattern.LengthSymbol, pattern.NarrowedType);
                AddPart(body, operation, pattern.IndexerSymbol, pattern.NarrowedType);
                break;
            case ISlicePatternOperation { Pattern: not null } pattern:
                AddPart(body, operation, pattern.SliceSymbol, pattern.InputType);
                break;
            case IDeconstructionAssignmentOperation:
                AddDeconstruction(body, operation);
                break;
            case IRecursivePatternOperation { DeconstructSymbol: IMethodSymbol deconstruct }:
                Add(body, operation, CallKind.Direct, deconstruct);
                break;
            case ICollectionExpressionOperation { ConstructMethod: { } construct }:
                Add(body, operation, CallKind.Direct, construct);
                break;
            case IInvalidOperation { Syntax.Parent: LockStatementSyntax } entered:
                AddLock(body, entered);
                break;
            case IFieldReferenceOperation { Field: { IsStatic: true, IsConst: false } field }:
                Add(body, operation, CallKind.TypeInitializer, target: null, field.ContainingType);
                break;
        }

        if (OperatorOf(operation) is { } @operator)
            Add(body, operation, ConstrainedTypeOf(operation) is null ? CallKind.Direct : CallKind.Constrained, @operator, ConstrainedTypeOf(operation));
    }

    private static IMethodSymbol? OperatorOf(IOperation operation) => operation switch
    {
        IBinaryOperation binary => binary.OperatorMethod,
        IUnaryOperation unary => unary.OperatorMethod,
        IConversionOperation conversion => conversion.OperatorMethod,
        ICompoundAssignmentOperation assignment => assignment.OperatorMethod,
        IIncrementOrDecrementOperation increment => increment.OperatorMethod,
        _ => null,
    };

    private static ITypeSymbol? ConstrainedTypeOf(IOperation operation) => operation switch
    {
        IBinaryOperation binary => binary.ConstrainedToType,
        IUnaryOperation unary => unary.ConstrainedToType,
        IConversionOperation conversion => conversion.ConstrainedToType,
        ICompoundAssignmentOperation assignment => assignment.ConstrainedToType,
        IIncrementOrDecrementOperation increment => increment.ConstrainedToType,
        _ => null,
    };

    private void AddCall(FunctionBody body, IInvocationOperation call)
    {
        if (call.TargetMethod.MethodKind == MethodKind.DelegateInvoke)
            Add(body, call, CallKind.Delegate, call.TargetMethod, call.TargetMethod.ContainingType);
        else
            AddMember(body, call, call.TargetMethod, call.Instance, call.ConstrainedToType);
    }

    /// <summary>A graph does not have what is done with a <c>System.Threading.Lock</c> that comes from a reference assembly.</summary>
    private void AddLock(FunctionBody body, IInvalidOperation entered)
    {
        if (entered.ChildOperations.FirstOrDefault()?.Type?.GetMembers("EnterScope").OfType<IMethodSymbol>().FirstOrDefault() is not { } enter)
            return;

        Add(body, entered, CallKind.Direct, enter);
        if (enter.ReturnType.GetMembers("Dispose").OfType<IMethodSymbol>().FirstOrDefault() is { } leave)
            Add(body, entered, CallKind.Direct, leave);
    }

    /// <summary>Which accessors a property's use runs: a reference alone does not say.</summary>
    private void AddAccessors(FunctionBody body, IPropertyReferenceOperation reference)
    {
        IPropertySymbol property = reference.Property;
        (bool isRead, bool isSet) = PropertyUses.Of(reference, body.Graph);
        bool returnsReference = property.ReturnsByRef || property.ReturnsByRefReadonly;
        if (isSet && !returnsReference)
            AddMember(body, reference, property.SetMethod, reference.Instance, reference.ConstrainedToType);
        if (isRead || returnsReference)
            AddMember(body, reference, property.GetMethod, reference.Instance, reference.ConstrainedToType);
    }

    /// <summary>What indices, ranges and list patterns use of a type: its length, its indexer, its way to make a part.</summary>
    private void AddPart(FunctionBody body, IOperation operation, ISymbol? part, ITypeSymbol? receiver)
    {
        IMethodSymbol? member = part is IPropertySymbol property ? property.GetMethod : part as IMethodSymbol;
        if (member is null || receiver is null or IArrayTypeSymbol or { SpecialType: SpecialType.System_String })
            return;

        Add(body, operation, IsDispatched(member, receiver) ? CallKind.Dispatched : CallKind.Direct, member, receiver);
    }

    private void AddPicked(FunctionBody body, IImplicitIndexerReferenceOperation reference)
    {
        (bool isRead, bool isSet) = PropertyUses.Of(reference, body.Graph);
        if (reference.IndexerSymbol is IPropertySymbol { ReturnsByRef: false, SetMethod: { } setter } && isSet)
            AddPart(body, reference, setter, reference.Instance.Type);
        if (isRead || reference.IndexerSymbol is not IPropertySymbol { ReturnsByRef: false })
            AddPart(body, reference, reference.IndexerSymbol, reference.Instance.Type);
    }

    private void AddDeconstruction(FunctionBody body, IOperation operation)
    {
        // The graph's operations have lost their model.
        if (body.Graph.OriginalOperation.SemanticModel is not { } model)
            return;

        DeconstructionInfo? info = operation.Syntax switch
        {
            AssignmentExpressionSyntax assignment => model.GetDeconstructionInfo(assignment),
            _ => operation.Syntax.FirstAncestorOrSelf<ForEachVariableStatementSyntax>() is { } loop ? model.GetDeconstructionInfo(loop) : null,
        };
        AddDeconstruction(body, operation, info);
    }

    private void AddDeconstruction(FunctionBody body, IOperation operation, DeconstructionInfo? info)
    {
        if (info?.Method is { } method)
            Add(body, operation, CallKind.Direct, method);
        foreach (DeconstructionInfo nested in info?.Nested ?? [])
        {
            AddDeconstruction(body, operation, nested);
        }
    }

    private void AddMember(FunctionBody body, IOperation operation, IMethodSymbol? member, IOperation? instance, ITypeSymbol? constrainedTo)
    {
        ITypeSymbol? receiver = constrainedTo ?? instance?.Type;
        if (member is null || IsBoxed(member, receiver) || (receiver is { TypeKind: TypeKind.Interface } or { SpecialType: SpecialType.System_String } && IsOfLoop(operation)))
            return;

        if (instance is IPropertyReferenceOperation { Property: { } comparer } && DefaultComparison.IsDefault(comparer))
        {
            if (DefaultComparison.Of(member.Name, comparer.ContainingType.TypeArguments[0], body.Compilation, operation.Syntax.GetLocation()) is { } comparison)
                CallsOf(body).Add(comparison);
            return;
        }

        // An interface's member on a struct, or on a class without heirs: what that type has for it.
        bool isKnown = member.ContainingType?.TypeKind == TypeKind.Interface && receiver is { TypeKind: not TypeKind.Interface } and ({ IsValueType: true } or { IsSealed: true });
        if ((receiver is ITypeParameterSymbol && !IsJustThat(member)) || isKnown)
            Add(body, operation, CallKind.Constrained, member, receiver);
        else
            Add(body, operation, IsDispatched(member, instance) ? CallKind.Dispatched : CallKind.Direct, member, receiver);
    }

    /// <summary>A member of a class that nothing overrides, whatever type argument derives from the class.</summary>
    private static bool IsJustThat(IMethodSymbol member)
        => member is { IsStatic: false, IsVirtual: false, IsAbstract: false, IsOverride: false, ContainingType: { TypeKind: TypeKind.Class, SpecialType: not SpecialType.System_Object } };

    /// <summary>What a value type leaves to its base types: that it is boxed for them is told of the place itself.</summary>
    private static bool IsBoxed(IMethodSymbol member, ITypeSymbol? receiver)
        => receiver is { IsValueType: true, TypeKind: not TypeKind.TypeParameter }
            && member.ContainingType?.SpecialType is SpecialType.System_Object or SpecialType.System_ValueType or SpecialType.System_Enum;

    /// <summary>
    /// A loop through an interface: that the enumerator is an object is told of the loop itself. The graph has it for arrays and strings too,
    /// which the compiler goes through by number.
    /// </summary>
    private static bool IsOfLoop(IOperation operation)
        => operation.IsImplicit && operation.Syntax.FirstAncestorOrSelf<CommonForEachStatementSyntax>() is { } loop
            && !loop.Statement.Span.Contains(operation.Syntax.Span);

    /// <summary>Whether the type of the object decides what runs.</summary>
    private static bool IsDispatched(IMethodSymbol member, IOperation? instance)
        => !member.IsStatic && instance is not (null or { Syntax: BaseExpressionSyntax }) && IsDispatched(member, instance.Type);

    private static bool IsDispatched(IMethodSymbol member, ITypeSymbol? receiver)
    {
        bool isOpen = member.ContainingType.TypeKind == TypeKind.Interface || ((member.IsVirtual || member.IsAbstract || member.IsOverride) && !member.IsSealed);
        return isOpen && receiver is { IsValueType: false, IsSealed: false };
    }

    private void Add(FunctionBody body, IOperation operation, CallKind kind, IMethodSymbol? target, ITypeSymbol? type = null)
=> CallsOf(body).Add(new CallSite(kind, target, type, operation.Syntax.GetLocation()));

    private List<CallSite> CallsOf(FunctionBody body)
    {
        if (!_calls.TryGetValue(body.Function, out List<CallSite>? calls))
        {
            calls = [];
            _calls.Add(body.Function, calls);
        }

        return calls;
    }
}
