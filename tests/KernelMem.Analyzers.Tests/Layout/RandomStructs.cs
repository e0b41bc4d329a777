using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace KernelMem.Analyzers.Tests.Layout;

/// <summary>
/// Writes structs of every kind that has a layout, and a program that measures them: for each a method that returns its size and the offsets
/// of its fields, by subtracting pointers.
/// </summary>
internal sealed class RandomStructs(int seed)
{
    /// <summary>The class with the measuring methods, one for each struct, by its name.</summary>
    public const string Meter = "Meter";

    /// <summary>What a method returns for a field whose address cannot be taken: one behind a property.</summary>
    public const long Hidden = -1;

    private const int Count = 60;

    private static readonly string[] s_types =
    [
        "bool", "byte", "sbyte", "short", "ushort", "char", "int", "uint", "float", "long", "ulong", "double", "nint", "nuint",
        "void*", "int**", "delegate*<void>", "decimal", "Small", "Wide", "Plain", "Guid", "Half", "Int128", "UInt128", "TimeSpan",
        "System.Runtime.Intrinsics.Vector64<byte>", "System.Runtime.Intrinsics.Vector128<byte>",
        "System.Runtime.Intrinsics.Vector256<int>", "System.Runtime.Intrinsics.Vector512<long>",
    ];

    private static readonly string[] s_elements = ["bool", "byte", "char", "short", "int", "ulong", "double"];

    private readonly Random _random = new(seed);
    private readonly StringBuilder _declarations = new();
    private readonly StringBuilder _meter = new();
    private readonly List<string> _structs = [];

    /// <summary>The names of the structs, in the order of their declaration.</summary>
    public IReadOnlyList<string> Names => _structs;

    public string Write()
    {
        for (int index = 0; index < Count; index++)
        {
            WriteStruct($"S{index}");
        }

        return $$"""
            using System;
            using System.Runtime.CompilerServices;
            using System.Runtime.InteropServices;
            public enum Small : byte { A }
            public enum Wide : ulong { A }
            public enum Plain { A }
            {{_declarations}}
            public static unsafe class {{Meter}}
            {
            {{_meter}}}
            """;
    }

    private void WriteStruct(string name)
    {
        int kind = _random.Next(10);
        if (kind == 0)
            WriteInlineArray(name);
        else if (kind == 1)
            WriteRecord(name);
        else
            WriteFields(name, isExplicit: kind is 2 or 3, isGeneric: kind == 4);
        _structs.Add(name);
    }

    private void WriteInlineArray(string name)
    {
        _declarations.AppendLine($"[InlineArray({_random.Next(1, 9)})] public unsafe struct {name} {{ public {AnyType(forArray: true)} F0; }}");
        Measure(name, ["&v.F0"]);
    }

    private void WriteRecord(string name)
    {
        _declarations.AppendLine($"public record struct {name}({AnyNumber()} A, {AnyNumber()} B, {AnyNumber()} C);");
        Measure(name, [null, null, null]);
    }

    private void WriteFields(string name, bool isExplicit, bool isGeneric)
    {
        var body = new StringBuilder();
        List<string?> places = [];
        int count = _random.Next(isExplicit ? 1 : 0, 6);
        for (int index = 0; index < count; index++)
        {
            string offset = isExplicit ? $"[FieldOffset({_random.Next(40)})] " : string.Empty;
            if (_random.Next(8) == 0)
            {
                body.Append($"{offset}public fixed {s_elements[_random.Next(s_elements.Length)]} F{index}[{_random.Next(1, 12)}]; ");
                places.Add($"v.F{index}");
            }
            else if (!isExplicit && _random.Next(8) == 0)
            {
                body.Append($"public {AnyNumber()} P{index} {{ get; set; }} ");
                places.Add(null);
            }
            else
            {
                body.Append($"{offset}public {(isGeneric && index == 0 ? "T" : AnyType(forArray: false))} F{index}; ");
                places.Add($"&v.F{index}");
            }
        }

        string parameters = isGeneric ? "<T>" : string.Empty;
        string constraint = isGeneric ? " where T : unmanaged" : string.Empty;
        string type = isGeneric ? $"{name}Of" : name;
        _declarations.AppendLine($"{Attribute(isExplicit)}public unsafe struct {type}{parameters}{constraint} {{ public static int Shared; public const int Constant = 1; {body}}}");

        // The struct under test holds the instance of the generic one.
        if (isGeneric)
        {
            _declarations.AppendLine($"public struct {name} {{ public {type}<{AnyNumber()}> F0; public byte F1; public {type}<{AnyNumber()}> F2; }}");
            places = ["&v.F0", "&v.F1", "&v.F2"];
        }

        Measure(name, places);
    }

    private string Attribute(bool isExplicit)
    {
        if (!isExplicit && _random.Next(4) == 0)
            return string.Empty;

        string pack = _random.Next(2) == 0 ? $", Pack = {1 << _random.Next(6)}" : string.Empty;
        string size = _random.Next(4) == 0 ? $", Size = {_random.Next(80)}" : string.Empty;
        return $"[StructLayout(LayoutKind.{(isExplicit ? "Explicit" : "Sequential")}{pack}{size})] ";
    }

    private string AnyNumber() => s_types[_random.Next(14)];

    private string AnyType(bool forArray)
    {
        string type = _structs.Count > 0 && _random.Next(4) == 0 ? _structs[_random.Next(_structs.Count)] : s_types[_random.Next(s_types.Length)];
        return forArray && type.EndsWith('>') && type.StartsWith("delegate", StringComparison.Ordinal) ? "nint" : type;
    }

    private void Measure(string name, IEnumerable<string?> places)
        => _meter.AppendLine(
            $"    public static long[] {name}() {{ {name} v = default; byte* start = (byte*)&v; return [sizeof({name}){string.Concat(places.Select(place => place is null ? $", {Hidden}" : $", (byte*){place} - start"))}]; }}");
}
