using System.Linq;
using KernelMem.Analyzers.Effects;
using Mono.Cecil;

namespace KernelMem.Effects;

/// <summary>
/// What the authors of code promise by attributes, which the rules hold them to where it is compiled. The nearest of member, property or
/// event, types from the inside out, and assembly wins.
/// </summary>
internal static class Marks
{
    private const string Namespace = "KernelMem.Annotations";

    /// <summary>The verdict of the nearest mark; null if there is none.</summary>
    public static EffectVerdict? Of(MethodDefinition method, Effect effect, out string reason)
    {
        if (OnLevel(method, effect, out reason) is { } own)
            return own;
        if (OwnerOf(method) is { } owner && OnLevel(owner, effect, out reason) is { } shared)
            return shared;

        for (TypeDefinition? type = method.DeclaringType; type is not null; type = type.DeclaringType)
        {
            if (OnLevel(type, effect, out reason) is { } outer)
                return outer;
        }

        return OnLevel(method.Module.Assembly, effect, out reason);
    }

    private static IMemberDefinition? OwnerOf(MethodDefinition method)
        => !method.IsSpecialName ? null
            : method.IsGetter || method.IsSetter ? method.DeclaringType.Properties.FirstOrDefault(property => property.GetMethod == method || property.SetMethod == method)
            : method.IsAddOn || method.IsRemoveOn ? method.DeclaringType.Events.FirstOrDefault(each => each.AddMethod == method || each.RemoveMethod == method)
            : null;

    private static EffectVerdict? OnLevel(ICustomAttributeProvider level, Effect effect, out string reason)
    {
        reason = "";
        if (!level.HasCustomAttributes)
            return null;

        foreach (CustomAttribute mark in level.CustomAttributes)
        {
            if (mark.AttributeType.Namespace != Namespace)
                continue;

            switch (effect, mark.AttributeType.Name)
            {
                case (Effect.Allocates, "NoAllocAttribute" or "TrustedNoAllocAttribute") or (Effect.Throws, "NoThrowAttribute") or (Effect.Blocks, "NonBlockingAttribute"):
                    return EffectVerdict.Never;
                case (Effect.Allocates, "MayAllocAttribute") or (Effect.Blocks, "MayBlockAttribute"):
                    reason = "marked " + mark.AttributeType.Name.Replace("Attribute", "");
                    return EffectVerdict.Always;
            }
        }

        return null;
    }
}
