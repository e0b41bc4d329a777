using System.Collections.Generic;
using System.Linq;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Constants;

/// <summary>
/// Follows numbers through types: through conversions, calls and properties marked <c>[PreservesValue]</c>, both branches of a choice, and
/// variables that never have another value.
/// </summary>
internal sealed class ConstantValues(KnownSymbols symbols)
{
    /// <summary>How many variables lead from one to the next at most: static fields can lead in a circle.</summary>
    private const int VariableLimit = 4;

    /// <summary>The constants among what an expression can be. What is not constant is left out.</summary>
    public IEnumerable<ConstantValue> Reaching(IOperation expression) => Reaching(expression, variables: VariableLimit);

    private IEnumerable<ConstantValue> Reaching(IOperation expression, int variables)
        => Numbers.Of(expression.ConstantValue) is { } number ? [new ConstantValue(expression, number)] : expression switch
        {
            IParenthesizedOperation inner => Reaching(inner.Operand, variables),
            IConversionOperation conversion => ThroughConversion(conversion, variables),
            IInvocationOperation call => ThroughCall(call.TargetMethod, call.Instance, call.Arguments, variables),
            IObjectCreationOperation { Constructor: { } constructor } creation => ThroughCall(constructor, instance: null, creation.Arguments, variables),
            IPropertyReferenceOperation { Instance: { } instance } property when property.Property.Has(symbols.PreservesValue) => Reaching(instance, variables),
            IConditionalOperation { WhenFalse: { } whenFalse } choice => Reaching(choice.WhenTrue, variables).Concat(Reaching(whenFalse, variables)),
            ISwitchExpressionOperation choice => choice.Arms.SelectMany(arm => Reaching(arm.Value, variables)),
            ICoalesceOperation choice => Reaching(choice.Value, variables).Concat(Reaching(choice.WhenNull, variables)),
            ISimpleAssignmentOperation assignment => Reaching(assignment.Value, variables),
            ILocalReferenceOperation or IFieldReferenceOperation => ThroughVariable(expression, variables),
            _ => [],
        };

    private IEnumerable<ConstantValue> ThroughConversion(IConversionOperation conversion, int variables)
    {
        if (conversion.OperatorMethod is not { } method)
            return Reaching(conversion.Operand, variables).Select(constant => constant with { Value = Numbers.InType(constant.Value, conversion.Type) });

        return method.Parameters[0].Has(symbols.PreservesValue) ? Reaching(conversion.Operand, variables) : [];
    }

    private IEnumerable<ConstantValue> ThroughCall(IMethodSymbol method, IOperation? instance, IEnumerable<IArgumentOperation> arguments, int variables)
    {
        if (instance is not null && method.Has(symbols.PreservesValue))
            return Reaching(instance, variables);

        return arguments.FirstOrDefault(argument => argument.Parameter?.Has(symbols.PreservesValue) == true) is { } preserved
            ? Reaching(preserved.Value, variables)
            : [];
    }

    /// <summary>A variable is pointed at where it is used, not where its value stands.</summary>
    private IEnumerable<ConstantValue> ThroughVariable(IOperation reference, int variables)
        => variables > 0 && SingleAssignments.ValueOf(reference) is { } value
            ? Reaching(value, variables - 1).Select(constant => new ConstantValue(reference, constant.Value))
            : [];
}
