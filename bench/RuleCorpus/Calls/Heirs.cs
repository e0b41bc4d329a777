extern alias Inference;

using System.Collections.Generic;
using System.Linq;
using Inference::KernelMem.Effects;
using Mono.Cecil;

namespace RuleCorpus.Calls;

/// <summary>Finds the type arguments with which a type derives from a type that is known with its own.</summary>
internal static class Heirs
{
    /// <summary>The heir; what its ancestor does not decide is a type of which nothing is known.</summary>
    public static TypeReference Instantiate(TypeDefinition heir, TypeReference ancestor, World world)
    {
        if (!heir.HasGenericParameters)
            return heir;

        IReadOnlyList<TypeReference> known = GenericContext.ArgumentsOf(ancestor);
        TypeReference? way = heir.Interfaces.Select(static each => each.InterfaceType).Append(heir.BaseType).FirstOrDefault(type => type is not null && world.Find(type) == world.Find(ancestor));
        var arguments = new TypeReference[heir.GenericParameters.Count];
        if (way is GenericInstanceType instance)
        {
            for (int index = 0; index < instance.GenericArguments.Count && index < known.Count; index++)
                Match(instance.GenericArguments[index], known[index], arguments);
        }

        GenericInstanceType result = new(heir);
        for (int index = 0; index < arguments.Length; index++)
            result.GenericArguments.Add(arguments[index] ?? new PointerType(heir));
        return result;
    }

    private static void Match(TypeReference pattern, TypeReference actual, TypeReference[] arguments)
    {
        switch (pattern, actual)
        {
            case (GenericParameter { Type: GenericParameterType.Type } parameter, _):
                arguments[parameter.Position] = actual;
                break;
            case (GenericInstanceType one, GenericInstanceType other) when one.GenericArguments.Count == other.GenericArguments.Count:
                for (int index = 0; index < one.GenericArguments.Count; index++)
                    Match(one.GenericArguments[index], other.GenericArguments[index], arguments);
                break;
            case (ArrayType one, ArrayType other):
                Match(one.ElementType, other.ElementType, arguments);
                break;
        }
    }
}
