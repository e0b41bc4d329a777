using System.Collections.Immutable;
using KernelMem.Generators.Model;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>Reads the positions out of an attribute.</summary>
internal static class AttributeArguments
{
    /// <summary>One leading integer is a bit, two are a range. Null where the arguments do not compile.</summary>
    public static BitRange? Range(AttributeData attribute)
    {
        ImmutableArray<TypedConstant> arguments = attribute.ConstructorArguments;
        if (attribute.AttributeConstructor is null || arguments.IsEmpty || arguments[0].Value is not int low)
            return null;

        if (arguments.Length == 1 || arguments[1].Type?.SpecialType != SpecialType.System_Int32)
            return new BitRange(low, low);

        return arguments[1].Value is int high ? new BitRange(low, high) : null;
    }

    public static bool IsWithin(this BitRange range, int maxBit) => 0 <= range.Low && range.Low <= range.High && range.High <= maxBit;
}
