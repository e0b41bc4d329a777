using System.Collections.Immutable;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Allocation;

/// <summary>KM1003: a value becomes an object: by a conversion, in a tuple, in a pattern or in a deconstruction.</summary>
internal sealed class BoxingRule : AllocationRule
{
    public override DiagnosticDescriptor Descriptor => RuleDescriptors.Boxing;

    public override ImmutableArray<OperationKind> Kinds { get; } =
    [
        OperationKind.Conversion, OperationKind.DeclarationPattern, OperationKind.RecursivePattern, OperationKind.ConstantPattern, OperationKind.TypePattern,
        OperationKind.BinaryPattern, OperationKind.IsType, OperationKind.DeconstructionAssignment, OperationKind.CompoundAssignment,
    ];

    public override bool IsCandidate(IOperation operation)
        => operation switch
        {
            IConversionOperation { Operand.Type: not { IsReferenceType: true } } conversion => conversion.Type is not { IsValueType: true } to || BoxFacts.WithoutNullable(to).IsTupleType,
            IConversionOperation => false,
            IPatternOperation pattern => PatternBoxes.BoxedAs(pattern) is not null,
            ICompoundAssignmentOperation compound => compound.OperatorMethod is not null,
            IIsTypeOperation { ValueOperand.Type: { } value } test => BoxFacts.BoxesToAsk(value, test.TypeOperand),
            _ => true,
        };

    public override void Visit(IOperation operation, FunctionBody body)
    {
        switch (operation)
        {
            case IConversionOperation conversion:
                VisitConversion(conversion, body);
                break;

            case IPatternOperation pattern:
                if (PatternBoxes.BoxedAs(pattern) is { } boxed)
                    Add(pattern, pattern.InputType, boxed, body);
                break;

            case IIsTypeOperation { ValueOperand.Type: { } value } test when BoxFacts.BoxesToAsk(value, test.TypeOperand):
                Add(test, value, test.TypeOperand, body);
                break;

            case IDeconstructionAssignmentOperation deconstruction:
                VisitDeconstruction(deconstruction, body);
                break;

            case ICompoundAssignmentOperation { OperatorMethod: { } method } compound when BoxFacts.Boxes(method.ReturnType, compound.Target.Type!):
                Add(compound, method.ReturnType, compound.Target.Type!, body);
                break;
        }
    }

    private static void VisitConversion(IConversionOperation conversion, FunctionBody body)
    {
        if (conversion.OperatorMethod is not null || conversion.Operand.Type is not { } from || conversion.Type is not { } to || BoxFacts.IsHarmless(conversion))
            return;

        if (!conversion.GetConversion().IsBoxing && (from.TypeKind != TypeKind.TypeParameter || !BoxFacts.Boxes(from, to)))
        {
            if (conversion.Operand is not ITupleOperation)
                AddElements(conversion, from, to, body);
        }
        else if (BoxFacts.IsOnlyTested(conversion))
        {
            UnoptimisedRule.AddTest(body, conversion, from);
        }
        else
        {
            Add(conversion, from, to, body);
        }
    }

    /// <summary>What a tuple or a <c>Deconstruct</c> method gives is converted as it is assigned.</summary>
    private static void VisitDeconstruction(IDeconstructionAssignmentOperation deconstruction, FunctionBody body)
    {
        if (Deconstructions.MethodResults(deconstruction, body.Graph.OriginalOperation.SemanticModel) is { } results)
        {
            foreach ((ITypeSymbol from, ITypeSymbol to) in results)
            {
                if (BoxFacts.Boxes(from, to))
                    Add(deconstruction, from, to, body);
            }
        }

        if (deconstruction is { Value.Type: { } value, Target.Type: { } target })
            AddElements(deconstruction, value, target, body);
    }

    /// <summary>A tuple is converted element by element, without a conversion of its own for each.</summary>
    private static void AddElements(IOperation operation, ITypeSymbol from, ITypeSymbol to, FunctionBody body)
    {
        if (BoxFacts.WithoutNullable(from) is not INamedTypeSymbol { IsTupleType: true } source || BoxFacts.WithoutNullable(to) is not INamedTypeSymbol { IsTupleType: true } target)
            return;

        for (int index = 0; index < source.TupleElements.Length && index < target.TupleElements.Length; index++)
        {
            (ITypeSymbol element, ITypeSymbol converted) = (source.TupleElements[index].Type, target.TupleElements[index].Type);
            if (BoxFacts.Boxes(element, converted))
                Add(operation, element, converted, body);
            else
                AddElements(operation, element, converted, body);
        }
    }

    private static void Add(IOperation operation, ITypeSymbol from, ITypeSymbol to, FunctionBody body)
        => body.Add(RuleDescriptors.Boxing, operation.Syntax.GetLocation(), SymbolNames.Of(from), SymbolNames.Of(to));
}
