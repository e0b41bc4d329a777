using System.Collections.Generic;
using System.Linq;
using System.Text;
using Mono.Cecil;

namespace KernelMem.Effects;

/// <summary>What the type parameters of a method and of its type stand for. An open one stands for itself.</summary>
internal sealed class GenericContext(IReadOnlyList<TypeReference> typeArguments, IReadOnlyList<TypeReference> methodArguments)
{
    /// <summary>Of code that has no type parameters.</summary>
    public static readonly GenericContext Empty = new([], []);

    private const int MaxDepth = 5;

    /// <summary>The arguments of the type.</summary>
    public IReadOnlyList<TypeReference> TypeArguments { get; } = typeArguments;

    /// <summary>The arguments of the method.</summary>
    public IReadOnlyList<TypeReference> MethodArguments { get; } = methodArguments;

    /// <summary>Of a method whose type parameters stand for themselves.</summary>
    public static GenericContext Open(MethodDefinition method)
        => method.HasGenericParameters || method.DeclaringType.HasGenericParameters
            ? new([.. method.DeclaringType.GenericParameters], [.. method.GenericParameters])
            : Empty;

    /// <summary>Of the members of a type, as seen from here.</summary>
    public static IReadOnlyList<TypeReference> ArgumentsOf(TypeReference type)
        => type is GenericInstanceType instance ? [.. instance.GenericArguments] : [.. type.GenericParameters];

    /// <summary>The type with what its parameters stand for.</summary>
    public TypeReference Substitute(TypeReference type) => !type.ContainsGenericParameter ? type : type switch
    {
        GenericParameter { Type: GenericParameterType.Type } parameter => At(TypeArguments, parameter),
        GenericParameter parameter => At(MethodArguments, parameter),
        GenericInstanceType instance => Instantiate(instance.ElementType, instance.GenericArguments.Select(Substitute)),
        ArrayType array => new ArrayType(Substitute(array.ElementType), array.Rank),
        PointerType pointer => new PointerType(Substitute(pointer.ElementType)),
        ByReferenceType reference => new ByReferenceType(Substitute(reference.ElementType)),
        IModifierType modified => Substitute(modified.ElementType),
        _ => type,
    };

    /// <summary>Whether the arguments go on without end, as those of a method do that calls itself with a list of its own.</summary>
    public bool IsTooDeep => TypeArguments.Concat(MethodArguments).Any(static argument => Depth(argument) > MaxDepth);

    /// <summary>Tells instances apart. Open type parameters are alike, but for what is known of them: struct, class, neither.</summary>
    public string Key()
    {
        StringBuilder key = new();
        foreach (TypeReference argument in TypeArguments.Concat(MethodArguments))
        {
            AppendKey(key, argument);
            key.Append(';');
        }

        return key.ToString();
    }

    private static void AppendKey(StringBuilder key, TypeReference type)
    {
        switch (type)
        {
            case GenericParameter parameter:
                key.Append(parameter.HasNotNullableValueTypeConstraint ? "?struct" : parameter.HasReferenceTypeConstraint ? "?class" : "?");
                break;
            case GenericInstanceType instance:
                key.Append(instance.ElementType.FullName).Append('<');
                foreach (TypeReference argument in instance.GenericArguments)
                {
                    AppendKey(key, argument);
                    key.Append(',');
                }

                key.Append('>');
                break;
            case ArrayType array:
                AppendKey(key, array.ElementType);
                key.Append('[').Append(array.Rank).Append(']');
                break;
            case PointerType pointer:
                AppendKey(key, pointer.ElementType);
                key.Append('*');
                break;
            default:
                key.Append(type.FullName);
                break;
        }
    }

    private static TypeReference At(IReadOnlyList<TypeReference> arguments, GenericParameter parameter)
        => parameter.Position < arguments.Count ? arguments[parameter.Position] : parameter;

    private static GenericInstanceType Instantiate(TypeReference definition, IEnumerable<TypeReference> arguments)
    {
        GenericInstanceType instance = new(definition);
        foreach (TypeReference argument in arguments)
            instance.GenericArguments.Add(argument);
        return instance;
    }

    private static int Depth(TypeReference type) => type switch
    {
        GenericInstanceType instance => 1 + instance.GenericArguments.Max(Depth),
        TypeSpecification specification => 1 + Depth(specification.ElementType),
        _ => 0,
    };
}
