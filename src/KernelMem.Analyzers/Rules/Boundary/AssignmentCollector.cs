using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Boundary;

/// <summary>Finds all that flows into the variables of a member.</summary>
internal sealed class AssignmentCollector(UserMemoryFlow flow)
{
    private readonly List<Assignment> _assignments = [];

    public List<Assignment> Collect(ImmutableArray<IOperation> operations)
    {
        foreach (IOperation operation in operations)
        {
            Visit(operation);
        }

        return _assignments;
    }

    private void Visit(IOperation operation)
    {
        switch (operation)
        {
            case IVariableDeclaratorOperation { Symbol: var variable } declarator when declarator.GetVariableInitializer() is { Value: { } value }:
                Store(Place.Of(variable), value);

                // What is stored through a ref variable is stored in what it stands for.
                if (variable.IsRef)
                    Add(Place.Named(value), () => flow.OfPlace(Place.Of(variable)));
                break;

            case ICompoundAssignmentOperation assignment:
                Add(Place.Named(assignment.Target), () => flow.OriginOf(assignment));
                break;

            case IAssignmentOperation assignment:
                Assign(assignment.Target, assignment.Value);
                break;

            case IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref } argument:
                AssignAll(argument.Value, () => flow.OfOutArgument(argument));
                break;

            case IInvocationOperation { TargetMethod: { MethodKind: MethodKind.LocalFunction } } call:
                PassNumbers(call);
                break;

            case IReturnOperation { ReturnedValue: { } value }:
                Return(operation, value);
                break;

            case IDelegateCreationOperation { Target: IAnonymousFunctionOperation lambda, Type: INamedTypeSymbol type }:
                TakeMarks(lambda.Symbol, type.DelegateInvokeMethod);
                break;

            case IForEachLoopOperation loop:
                AssignAll(loop.LoopControlVariable, () => flow.OriginOf(loop.Collection));
                break;

            case IPatternOperation pattern:
                Match(pattern);
                break;
        }
    }

    private void Assign(IOperation target, IOperation value)
    {
        IOperation? targets = target is IDeclarationExpressionOperation declaration ? declaration.Expression : target;
        if (targets is not ITupleOperation tuple)
        {
            if (Place.Named(targets) is { } place)
                Store(place, value);
        }
        else if (value.WithoutConversions() is ITupleOperation values && values.Elements.Length == tuple.Elements.Length)
        {
            for (int index = 0; index < values.Elements.Length; index++)
            {
                Assign(tuple.Elements[index], values.Elements[index]);
            }
        }
        else
        {
            AssignAll(tuple, () => flow.OriginOf(value));
        }
    }

    /// <summary>A tuple brings its elements, each for itself.</summary>
    private void Store(Place place, IOperation value)
    {
        if (value.WithoutConversions() is not ITupleOperation { Type: INamedTypeSymbol { IsTupleType: true } } tuple || place.Member.Length != 0)
        {
            Add(place, () => flow.OriginOf(value));
            return;
        }

        for (int index = 0; index < tuple.Elements.Length; index++)
        {
            IOperation element = tuple.Elements[index];
            Add(new Place(place.Root, $"Item{index + 1}"), () => flow.OriginOf(element));
        }
    }

    /// <summary>All variables that a target names.</summary>
    private void AssignAll(IOperation target, Func<ISymbol?> origin)
    {
        switch (target)
        {
            case ITupleOperation tuple:
                foreach (IOperation element in tuple.Elements)
                {
                    AssignAll(element, origin);
                }

                break;

            case IDeclarationExpressionOperation declaration:
                AssignAll(declaration.Expression, origin);
                break;

            case IVariableDeclaratorOperation declarator:
                Add(Place.Of(declarator.Symbol), origin);
                break;

            default:
                Add(Place.Named(target), origin);
                break;
        }
    }

    /// <summary>A local function may be given numbers of user memory without a mark, as its body is looked at here.</summary>
    private void PassNumbers(IInvocationOperation call)
    {
        foreach (IArgumentOperation argument in call.Arguments)
        {
            if (argument.Parameter is { RefKind: not RefKind.Out } parameter && !Operations.IsPointer(parameter.Type))
                Add(Place.Of(parameter.OriginalDefinition), () => flow.OriginOf(argument.Value));
        }
    }

    /// <summary>What a local function returns is seen here, as its body is.</summary>
    private void Return(IOperation operation, IOperation value)
    {
        if (operation.InnerFunction() is { MethodKind: MethodKind.LocalFunction } function)
            Add(Place.Of(function), () => flow.OriginOf(value));
    }

    /// <summary>A lambda's parameters are those of its delegate.</summary>
    private void TakeMarks(IMethodSymbol lambda, IMethodSymbol? invoke)
    {
        for (int index = 0; index < lambda.Parameters.Length && index < invoke?.Parameters.Length; index++)
        {
            IParameterSymbol marked = invoke.Parameters[index];
            if (flow.Marks.IsMarked(marked))
                Add(Place.Of(lambda.Parameters[index]), () => marked);
        }
    }

    /// <summary>The variable of a pattern has what is matched, or a member of it.</summary>
    private void Match(IPatternOperation pattern)
    {
        ISymbol? variable = pattern switch
        {
            IDeclarationPatternOperation declaration => declaration.DeclaredSymbol,
            IRecursivePatternOperation recursive => recursive.DeclaredSymbol,
            IListPatternOperation list => list.DeclaredSymbol,
            _ => null,
        };
        if (variable is not null)
            Add(Place.Of(variable), () => OfMatched(pattern));
    }

    private ISymbol? OfMatched(IOperation pattern)
    {
        for (IOperation? outer = pattern.Parent; outer is not null; outer = outer.Parent)
        {
            switch (outer)
            {
                case IPropertySubpatternOperation property when flow.OriginOf(property.Member) is { } origin:
                    return origin;

                case IIsPatternOperation match:
                    return flow.OriginOf(match.Value);

                case ISwitchExpressionOperation choice:
                    return flow.OriginOf(choice.Value);

                case ISwitchOperation choice:
                    return flow.OriginOf(choice.Value);
            }
        }

        return null;
    }

    private void Add(Place? target, Func<ISymbol?> origin)
    {
        if (target is { } place)
            _assignments.Add(new Assignment(place, origin));
    }
}
