using System;
using System.Linq;
using Mono.Cecil;

namespace KernelMem.Effects;

/// <summary>
/// The members in an <c>extension(…)</c> block are declared in a type inside the static class, by methods that only throw. What runs are
/// static methods of the class itself, which have the receiver as their first parameter.
/// </summary>
internal static class ExtensionBlocks
{
    /// <summary>The method that runs: for all but members of such blocks the method itself.</summary>
    public static MethodDefinition Implementation(MethodDefinition method)
    {
        TypeDefinition block = method.DeclaringType;
        if (block.DeclaringType is not { } holder || !IsBlock(block))
            return method;

        int receiver = method.IsStatic ? 0 : 1;
        return holder.Methods.FirstOrDefault(candidate => candidate.IsStatic
            && candidate.Name == method.Name
            && candidate.Parameters.Count == method.Parameters.Count + receiver
            && candidate.GenericParameters.Count == method.GenericParameters.Count + block.GenericParameters.Count
            && candidate.Parameters.Skip(receiver).Zip(method.Parameters, static (one, other) => Plain(one.ParameterType) == Plain(other.ParameterType)).All(static same => same)) ?? method;
    }

    private static bool IsBlock(TypeDefinition type)
        => type.Name.StartsWith("<G>$", StringComparison.Ordinal) || type.Name.StartsWith("<>E__", StringComparison.Ordinal);

    /// <summary>The block's type parameters have other names there than the method's.</summary>
    private static string Plain(TypeReference type) => type is GenericParameter ? "" : type.GetElementType().FullName;
}
