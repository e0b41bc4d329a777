using System;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>The named arguments of an attribute.</summary>
internal readonly struct NamedArguments(AttributeData attribute)
{
    /// <summary>Whether one of them does not compile.</summary>
    public bool HasErrors => attribute.NamedArguments.Any(argument => argument.Value.Kind == TypedConstantKind.Error);

    /// <summary>The argument of a name, if it is given.</summary>
    public TypedConstant? Find(string name)
    {
        foreach (var argument in attribute.NamedArguments)
        {
            if (string.Equals(argument.Key, name, StringComparison.Ordinal))
                return argument.Value;
        }

        return null;
    }

    /// <summary>Whether a switch is given and on.</summary>
    public bool IsTrue(string name) => Find(name) is { Value: true };
}
