using System.Linq;
using Mono.Cecil;

namespace KernelMem.Effects;

/// <summary>Says what other assemblies can see: call, or derive from.</summary>
internal static class Visibility
{
    /// <summary>Whether code of other assemblies can call it, or override it.</summary>
    public static bool IsVisible(MethodDefinition method)
        => (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly) && IsVisible(method.DeclaringType);

    public static bool IsVisible(TypeDefinition type)
        => type.DeclaringType is { } outer
            ? (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamilyOrAssembly) && IsVisible(outer)
            : type.IsPublic;

    /// <summary>Whether all types that derive from it or implement it are known.</summary>
    public static bool IsClosed(TypeDefinition type)
        => !IsVisible(type)
            || (!type.IsInterface && !type.Methods.Any(static method => method.IsConstructor && !method.IsStatic && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly)));

    /// <summary>Whether all overrides of a virtual method are known.</summary>
    public static bool IsClosed(MethodDefinition slot) => slot.IsAssembly || slot.IsFamilyAndAssembly || slot.IsPrivate;
}
