using System.Linq;
using Mono.Cecil;

namespace KernelMem.Effects;

/// <summary>Names for the reader of a message, as C# writes them.</summary>
internal static class Names
{
    public static string Of(TypeReference type) => type switch
    {
        ArrayType array => Of(array.ElementType) + "[" + new string(',', array.Rank - 1) + "]",
        GenericInstanceType instance => Of(instance.ElementType) + "<" + string.Join(", ", instance.GenericArguments.Select(Of)) + ">",
        PointerType pointer => Of(pointer.ElementType) + "*",
        ByReferenceType reference => Of(reference.ElementType),
        IModifierType modified => Of(modified.ElementType),
        GenericParameter parameter => parameter.Name,
        { Namespace: "System" } => Keyword(type.Name) ?? Bare(type.Name),
        _ => Bare(type.Name),
    };

    public static string Of(MethodReference method) => method.Name switch
    {
        ".ctor" => "new " + Of(method.DeclaringType.GetElementType()),
        _ => Of(method.DeclaringType.GetElementType()) + "." + Accessed(method.Name),
    };

    private static string Accessed(string name)
        => name.StartsWith("get_", System.StringComparison.Ordinal) || name.StartsWith("set_", System.StringComparison.Ordinal) ? name.Substring(4) : name.Substring(name.LastIndexOf('.') + 1);

    private static string Bare(string name)
    {
        int mark = name.IndexOf('`');
        return mark < 0 ? name : name.Substring(0, mark);
    }

    private static string? Keyword(string name) => name switch
    {
        "Object" => "object",
        "String" => "string",
        "Boolean" => "bool",
        "Char" => "char",
        "SByte" => "sbyte",
        "Byte" => "byte",
        "Int16" => "short",
        "UInt16" => "ushort",
        "Int32" => "int",
        "UInt32" => "uint",
        "Int64" => "long",
        "UInt64" => "ulong",
        "IntPtr" => "nint",
        "UIntPtr" => "nuint",
        "Single" => "float",
        "Double" => "double",
        "Decimal" => "decimal",
        "Void" => "void",
        _ => null,
    };
}
