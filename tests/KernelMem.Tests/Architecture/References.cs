using System.Collections.Generic;
using System.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace KernelMem.Tests.Architecture;

/// <summary>Every type that a compiled type mentions: in its declaration, its members, and the bodies of its methods.</summary>
internal static class References
{
    public static IEnumerable<TypeReference> Of(TypeDefinition type)
    {
        IEnumerable<TypeReference?> mentioned =
        [
            type.BaseType,
            .. type.Interfaces.Select(implemented => implemented.InterfaceType),
            .. type.Fields.Select(field => field.FieldType),
            .. Constraints(type),
            .. Attributes(type),
            .. type.Fields.SelectMany(Attributes),
            .. type.Properties.SelectMany(Attributes),
            .. type.Methods.SelectMany(OfMethod),
        ];
        return mentioned.SelectMany(Parts);
    }

    private static IEnumerable<TypeReference?> OfMethod(MethodDefinition method) =>
    [
        method.ReturnType,
        .. method.Parameters.Select(parameter => parameter.ParameterType),
        .. Constraints(method),
        .. Attributes(method),
        .. method.HasBody ? OfBody(method.Body) : [],
    ];

    private static IEnumerable<TypeReference?> OfBody(MethodBody body) =>
    [
        .. body.Variables.Select(local => local.VariableType),
        .. body.ExceptionHandlers.Select(handler => handler.CatchType),
        .. body.Instructions.SelectMany(instruction => OfOperand(instruction.Operand)),
    ];

    private static IEnumerable<TypeReference?> OfOperand(object? operand) => operand switch
    {
        TypeReference type => [type],
        FieldReference field => [field.DeclaringType, field.FieldType],
        MethodReference method =>
        [
            method.DeclaringType,
            method.ReturnType,
            .. method.Parameters.Select(parameter => parameter.ParameterType),
            .. method is GenericInstanceMethod instance ? instance.GenericArguments : [],
        ],
        CallSite site => [site.ReturnType, .. site.Parameters.Select(parameter => parameter.ParameterType)],
        _ => [],
    };

    private static IEnumerable<TypeReference?> Constraints(IGenericParameterProvider provider) =>
        provider.GenericParameters.SelectMany(parameter => parameter.Constraints).Select(constraint => constraint.ConstraintType);

    private static IEnumerable<TypeReference?> Attributes(ICustomAttributeProvider provider) =>
        provider.CustomAttributes.SelectMany(attribute =>
            attribute.ConstructorArguments.Select(argument => argument.Value as TypeReference).Prepend(attribute.AttributeType));

    /// <summary>A generic, array, pointer or function-pointer type is made of others.</summary>
    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null => [],
        GenericInstanceType generic => [.. Parts(generic.ElementType), .. generic.GenericArguments.SelectMany(Parts)],
        IModifierType modified => [.. Parts(modified.ElementType), .. Parts(modified.ModifierType)],
        FunctionPointerType function =>
            [.. Parts(function.ReturnType), .. function.Parameters.SelectMany(parameter => Parts(parameter.ParameterType))],
        TypeSpecification other => Parts(other.ElementType),
        _ => [type],
    };
}
