using System.Collections.Generic;
using System.Linq;
using System.Text;
using Mono.Cecil;

namespace KernelMem.Effects;

/// <summary>Names members as documentation comments do, and as the compiler's symbols name themselves.</summary>
internal static class DocumentationIds
{
    /// <summary><c>M:System.String.Concat(System.String,System.String)</c>.</summary>
    public static string Of(MethodDefinition method) => "M:" + TypeName(method.DeclaringType) + "." + MemberName(method);

    /// <summary><c>System.Collections.Generic.List`1.Enumerator</c>.</summary>
    public static string TypeName(TypeReference type)
    {
        if (type.DeclaringType is { } outer)
            return TypeName(outer) + "." + type.Name;

        return type.Namespace.Length == 0 ? type.Name : type.Namespace + "." + type.Name;
    }

    /// <summary>What follows the type's name: <c>Concat(System.String,System.String)</c>.</summary>
    public static string MemberName(MethodDefinition method)
    {
        StringBuilder id = new();
        id.Append(method.Name.Replace('.', '#').Replace('<', '{').Replace('>', '}').Replace(',', '@'));
        if (method.HasGenericParameters)
            id.Append("``").Append(method.GenericParameters.Count);

        if (method.HasParameters || method.CallingConvention == MethodCallingConvention.VarArg)
        {
            id.Append('(');
            AppendAll(id, method.Parameters.Select(static parameter => parameter.ParameterType));
            id.Append(')');
        }

        if (method.Name is "op_Implicit" or "op_Explicit" or "op_CheckedExplicit")
        {
            id.Append('~');
            Append(id, method.ReturnType);
        }

        return id.ToString();
    }

    private static void AppendAll(StringBuilder id, IEnumerable<TypeReference> types)
    {
        bool first = true;
        foreach (TypeReference type in types)
        {
            if (!first)
                id.Append(',');
            first = false;
            Append(id, type);
        }
    }

    private static void Append(StringBuilder id, TypeReference type)
    {
        switch (type)
        {
            case GenericParameter parameter:
                id.Append(parameter.Type == GenericParameterType.Type ? "`" : "``").Append(parameter.Position);
                break;
            case ByReferenceType reference:
                Append(id, reference.ElementType);
                id.Append('@');
                break;
            case PointerType pointer:
                Append(id, pointer.ElementType);
                id.Append('*');
                break;
            case ArrayType array:
                Append(id, array.ElementType);
                id.Append(array.IsVector ? "[]" : "[" + string.Join(",", Enumerable.Repeat("0:", array.Rank)) + "]");
                break;
            case GenericInstanceType instance:
                AppendInstance(id, instance.ElementType, [.. instance.GenericArguments]);
                break;
            case FunctionPointerType:
                // They have no name there.
                break;
            case IModifierType modified:
                Append(id, modified.ElementType);
                break;
            default:
                id.Append(TypeName(type));
                break;
        }
    }

    /// <summary>The arguments stand behind the name of the type that declares them: <c>Dictionary{A,B}.Enumerator</c>.</summary>
    private static int AppendInstance(StringBuilder id, TypeReference type, TypeReference[] arguments)
    {
        int used = 0;
        if (type.DeclaringType is { } outer)
        {
            used = AppendInstance(id, outer, arguments);
            id.Append('.');
        }
        else if (type.Namespace.Length > 0)
        {
            id.Append(type.Namespace).Append('.');
        }

        int mark = type.Name.LastIndexOf('`');
        id.Append(mark < 0 ? type.Name : type.Name.Substring(0, mark));
        int own = mark < 0 ? 0 : int.Parse(type.Name.Substring(mark + 1), System.Globalization.CultureInfo.InvariantCulture);
        if (own > 0)
        {
            id.Append('{');
            AppendAll(id, arguments.Skip(used).Take(own));
            id.Append('}');
        }

        return used + own;
    }
}
