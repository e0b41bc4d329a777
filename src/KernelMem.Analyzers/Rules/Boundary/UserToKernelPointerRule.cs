using System;
using System.Linq;
using KernelMem.Analyzers.Symbols;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace KernelMem.Analyzers.Rules.Boundary;

/// <summary>
/// KM3002: user memory becomes a pointer that nobody knows for user memory: a number or address is turned into a pointer variable, or a
/// pointer goes where no mark says what it is.
/// </summary>
internal sealed class UserToKernelPointerRule : BoundaryRule
{
    public override DiagnosticDescriptor Descriptor => RuleDescriptors.UserToKernelPointer;

    public override void Visit(IOperation operation, UserMemoryFlow flow, Action<Diagnostic> report)
    {
        switch (operation)
        {
            case IArgumentOperation argument when IsUnmarked(argument, flow):
                Check(argument.Value, flow, report, Name(argument.Parameter));
                break;

            case IArgumentOperation { Parameter: { RefKind: RefKind.Out } parameter } argument when flow.Marks.IsMarked(parameter):
                CheckReceived(argument.Value, parameter, flow, report);
                break;

            case ISimpleAssignmentOperation { Target: { } target, Value: { } value }:
                CheckStore(target, value, flow, report);
                break;

            case ICoalesceAssignmentOperation { Target: { } target, Value: { } value }:
                CheckStore(target, value, flow, report);
                break;

            case IVariableDeclaratorOperation { Symbol: { } variable } declarator when declarator.GetVariableInitializer() is { Value: { } value }:
                CheckBirth(value, flow, report, $"'{variable.Name}'");
                break;

            case IFieldInitializerOperation { InitializedFields: { IsEmpty: false } fields, Value: { } value } when !flow.Marks.IsMarked(fields[0]):
                Check(value, flow, report, $"'{fields[0].Name}'");
                break;

            case IPropertyInitializerOperation { InitializedProperties: { IsEmpty: false } properties, Value: { } value } when !flow.Marks.IsMarked(properties[0]):
                Check(value, flow, report, $"'{properties[0].Name}'");
                break;

            case IReturnOperation { ReturnedValue: { } value }:
                CheckReturn(operation, value, flow, report);
                break;

            case IArrayInitializerOperation array:
                foreach (IOperation element in array.ElementValues)
                {
                    Check(element, flow, report, "an array");
                }

                break;
        }
    }

    /// <summary>Whether a pointer goes into a call where nothing says that it may be the user's.</summary>
    private static bool IsUnmarked(IArgumentOperation argument, UserMemoryFlow flow)
        => argument.Parameter is not { } parameter
            || (parameter.RefKind != RefKind.Out && !flow.Marks.IsMarked(parameter) && !flow.Marks.PreservesValue(parameter));

    private void CheckStore(IOperation target, IOperation value, UserMemoryFlow flow, Action<Diagnostic> report)
    {
        switch (target)
        {
            // What variables have is followed; they may keep the user's pointers.
            case ILocalReferenceOperation { Local.RefKind: RefKind.None } local:
                CheckBirth(value, flow, report, $"'{local.Local.Name}'");
                break;

            case IParameterReferenceOperation { Parameter.RefKind: RefKind.None } parameter:
                CheckBirth(value, flow, report, $"'{parameter.Parameter.Name}'");
                break;

            default:
                if (!flow.IsMarkedPlace(target))
                    Check(value, flow, report, Name(target));
                break;
        }
    }

    /// <summary>A call hands out a pointer of user memory, which is marked there and not where it arrives.</summary>
    private void CheckReceived(IOperation target, IParameterSymbol parameter, UserMemoryFlow flow, Action<Diagnostic> report)
    {
        bool isFollowed = target is IDeclarationExpressionOperation or IDiscardOperation
            or ILocalReferenceOperation { Local.RefKind: RefKind.None } or IParameterReferenceOperation { Parameter.RefKind: RefKind.None };
        if (Operations.IsPointer(parameter.Type) && !isFollowed && !flow.IsMarkedPlace(target))
            report(Diagnostic.Create(Descriptor, target.Syntax.GetLocation(), SymbolNames.Of(parameter), Name(target)));
    }

    private void CheckReturn(IOperation operation, IOperation value, UserMemoryFlow flow, Action<Diagnostic> report)
    {
        IMethodSymbol? inner = operation.InnerFunction();
        ISymbol function = inner ?? flow.Owner;
        bool marked = function switch
        {
            IMethodSymbol method => flow.Marks.IsReturnMarked(method),
            IPropertySymbol property => flow.Marks.IsMarked(property),
            _ => false,
        };
        if (!marked)
            Check(value, flow, report, $"what '{SymbolNames.Of(function)}' returns");
    }

    /// <summary>Reports a pointer of user memory.</summary>
    private void Check(IOperation value, UserMemoryFlow flow, Action<Diagnostic> report, string where)
    {
        if (Operations.IsPointer(value.Type) && flow.OriginOf(value) is { } origin)
            report(Diagnostic.Create(Descriptor, value.Syntax.GetLocation(), SymbolNames.Of(origin), where));
    }

    /// <summary>Reports a pointer that was no pointer of user memory before.</summary>
    private void CheckBirth(IOperation value, UserMemoryFlow flow, Action<Diagnostic> report, string where)
    {
        if (IsBorn(value, flow))
            Check(value, flow, report, where);
    }

    private static bool IsBorn(IOperation? value, UserMemoryFlow flow) => Operations.IsPointer(value?.Type) && value switch
    {
        IConversionOperation conversion when Operations.IsPointer(conversion.Operand.Type) => IsBorn(conversion.Operand, flow),
        IConversionOperation conversion => flow.OriginOf(conversion.Operand) is not null,
        IInvocationOperation call => !flow.Marks.IsReturnMarked(call.TargetMethod) && flow.OriginOf(call) is not null && !IsKept(call, flow),
        IBinaryOperation sum => IsBorn(sum.LeftOperand, flow) || IsBorn(sum.RightOperand, flow),
        IConditionalOperation choice => IsBorn(choice.WhenTrue, flow) || IsBorn(choice.WhenFalse, flow),
        ISwitchExpressionOperation choice => choice.Arms.Any(arm => IsBorn(arm.Value, flow)),
        _ => false,
    };

    /// <summary>A call that gives back the pointer that it got: that was one before.</summary>
    private static bool IsKept(IInvocationOperation call, UserMemoryFlow flow)
        => call.Arguments.Any(argument => flow.Marks.PreservesValue(argument.Parameter) && Operations.IsPointer(argument.Value.Type));

    /// <summary>The parameters of function pointers have no names.</summary>
    private static string Name(IParameterSymbol? parameter)
        => parameter is { Name.Length: > 0 } ? $"'{parameter.Name}' of '{SymbolNames.Of(parameter.ContainingSymbol)}'" : "an argument";

    private static string Name(IOperation target) => target switch
    {
        IFieldReferenceOperation field => $"'{field.Field.Name}'",
        IPropertyReferenceOperation property => $"'{property.Property.Name}'",
        ILocalReferenceOperation local => $"'{local.Local.Name}'",
        IParameterReferenceOperation parameter => $"'{parameter.Parameter.Name}'",
        IArrayElementReferenceOperation => "an array",
        _ => "memory",
    };
}
