using System.Linq;
using Mono.Cecil;

namespace KernelMem.Analyzers.Tests.Allocation.Oracle;

/// <summary>Asks metadata for what an instruction does not say.</summary>
internal static class IlMarks
{
    /// <summary>A reference to a type says whether it is a struct only in some places.</summary>
    public static bool IsValueType(TypeReference type)
        => type.IsValueType || (type is not (GenericParameter or ArrayType or PointerType) && Resolve(type) is { IsValueType: true });

    public static bool IsCompilerGenerated(ICustomAttributeProvider member)
        => member.CustomAttributes.Any(static mark => mark.AttributeType.Name == "CompilerGeneratedAttribute");

    /// <summary>The type's definition; null where its assembly is not there.</summary>
    public static TypeDefinition? Resolve(TypeReference type)
    {
        try
        {
            return type.Resolve();
        }
        catch (AssemblyResolutionException)
        {
            return null;
        }
    }

    /// <summary>The method's definition; null where its assembly is not there.</summary>
    public static MethodDefinition? Resolve(MethodReference method)
    {
        try
        {
            return method.Resolve();
        }
        catch (AssemblyResolutionException)
        {
            return null;
        }
    }
}
