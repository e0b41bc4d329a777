using System.Linq;
using KernelMem.Generators.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Tests;

/// <summary>A bad declaration is told, at the right place, and generates nothing.</summary>
[TestClass]
public sealed class BadDeclarationTests
{
    [TestMethod]
    [DataRow("[BitLayout, Ignored(0, 63)] public readonly struct [|L|] { }", "'L' must be declared partial")]
    [DataRow("[BitLayout, Ignored(0, 63)] public partial struct [|L|] { }", "'L' must be declared readonly")]
    [DataRow("[BitLayout, Ignored(0, 63)] public readonly partial record struct [|L|];", "'L' must be a plain struct")]
    [DataRow("[BitLayout, Ignored(0, 63)] public readonly ref partial struct [|L|] { }", "'L' must be a plain struct")]
    [DataRow("[BitLayout, Ignored(0, 63)] public readonly partial struct [|L|]<T> { }", "'L' must not be generic, nor inside a generic type")]
    [DataRow("partial class O<T> { [BitLayout, Ignored(0, 63)] public readonly partial struct [|L|] { } }", "'L' must not be generic, nor inside a generic type")]
    [DataRow("class O { [BitLayout, Ignored(0, 63)] public readonly partial struct [|L|] { } }", "'L' is inside 'O', which must be declared partial")]
    [DataRow("[BitLayout, Ignored(0, 63)] file readonly partial struct [|L|] { }", "'L' must not be local to its file")]
    public void KM8001_a_layout_that_cannot_be_completed(string source, string message) => BadDeclaration.Check("KM8001", source, message);

    [TestMethod]
    [DataRow("[Bit(0)] public bool [|F|] { get; }", "'F' must be declared partial")]
    [DataRow("[Bit(0)] public static partial bool [|F|] { get; }", "'F' must not be static")]
    [DataRow("[Bit(0)] public partial bool [|F|] { get; init; }", "'F' must have a getter and nothing else: { get; }")]
    [DataRow("[Bit(0)] public partial bool [|F|] { init; }", "'F' must have a getter and nothing else: { get; }")]
    [DataRow("[Bit(0)] public partial bool [|F|] { get; } public partial bool F => true;", "'F' must not be implemented: the generator implements it")]
    [DataRow("[Bit(0)] public partial ref readonly bool [|F|] { get; }", "'F' must not return a reference")]
    [DataRow("[Bit(0)] public partial bool [|this|][int index] { get; }", "'this[]' must be a property, not an indexer")]
    [DataRow("[Bit(0, Access = FieldAccess.WriteOnly)] public partial bool [|F|] { get; }", "'F' must have an init accessor and nothing else, since it is write-only: { init; }")]
    [DataRow("[Bit(0, Access = FieldAccess.WriteOnly)] public partial bool [|F|] { get; init; }", "'F' must have an init accessor and nothing else")]
    public void KM8001_a_field_that_cannot_be_completed(string field, string message)
        => BadDeclaration.Check("KM8001", $"[BitLayout, Ignored(1, 63)] public readonly partial struct L {{ {field} }}", message);

    [TestMethod]
    [DataRow("[BitLayout, Ignored(2, 63)] public readonly partial struct L { [Bits(0, 1)] public partial byte A { get; } [Bit(1)] public partial bool [|B|] { get; } }", "'A' and 'B' both hold bit 1")]
    [DataRow("[BitLayout, [|Reserved(0, 7)|], Ignored(8, 63)] public readonly partial struct L { [Bits(4, 9)] public partial byte A { get; } }", "'A' and reserved bits both hold bits 4..7", "'A' and ignored bits both hold bits 8..9")]
    [DataRow("[BitLayout, Ignored(0, 62), [|FixedBit(5, true)|], Reserved(63)] public readonly partial struct L { }", "ignored bits and fixed at 1 bits both hold bit 5")]
    public void KM8002_bits_declared_twice(string source, params string[] messages) => BadDeclaration.Check("KM8002", source, messages);

    [TestMethod]
    [DataRow("[[|BitLayout|], Ignored(1, 63)] public readonly partial struct L { }", "'L' does not say what bit 0 is")]
    [DataRow("[[|BitLayout|], Ignored(0, 30)] public readonly partial struct L { [Bit(40)] public partial bool A { get; } }", "'L' does not say what bits 31..39 is", "'L' does not say what bits 41..63 is")]
    [DataRow("[[|BitLayout(typeof(byte))|]] public readonly partial struct L { }", "'L' does not say what bits 0..7 is")]
    public void KM8003_bits_not_declared(string source, params string[] messages) => BadDeclaration.Check("KM8003", source, messages);

    [TestMethod]
    [DataRow("[BitLayout(typeof(uint)), [|Ignored(0, 32)|]] public readonly partial struct L { }", "ignored bits: 0..32 is not a range of bits within 0..31")]
    [DataRow("[BitLayout, [|Reserved(-1)|], Ignored(0, 63)] public readonly partial struct L { }", "reserved bits: -1..-1 is not a range")]
    [DataRow("[BitLayout, Ignored(0, 63)] public readonly partial struct L { [[|Bit(64)|]] public partial bool A { get; } }", "'A': 64..64 is not a range of bits within 0..63")]
    [DataRow("[BitLayout, Ignored(0, 63)] public readonly partial struct L { [[|Bits(7, 3)|]] public partial byte A { get; } }", "'A': 7..3 is not a range of bits within 0..63, lowest first")]
    [DataRow("[BitLayout, Ignored(0, 11)] public readonly partial struct L { [[|Address(12, 63)|]] public partial Frame A { get; } }", "'A': 12..63 is not a range of bits within 0..51")]
    [DataRow("[BitLayout, Ignored(0, 63)] public readonly partial struct L { [[|Bits(int.MinValue, int.MaxValue)|]] public partial byte A { get; } }", "'A': -2147483648..2147483647 is not a range")]
    public void KM8004_bits_out_of_range(string source, string message) => BadDeclaration.Check("KM8004", source, message);

    [TestMethod]
    [DataRow("int")]
    [DataRow("nuint")]
    [DataRow("System.UInt128")]
    [DataRow("string")]
    [DataRow("byte*")]
    public void KM8005_a_word_that_is_no_unsigned_integer(string storage)
        => BadDeclaration.Check("KM8005", $"[[|BitLayout(typeof({storage}))|]] public readonly partial struct L {{ }}", "'L' cannot be stored in '");

    [TestMethod]
    public void KM8005_a_word_of_no_type_at_all()
        => BadDeclaration.Check("KM8005", "[[|BitLayout(null!)|]] public readonly partial struct L { }", "'L' cannot be stored in 'null'");

    [TestMethod]
    [DataRow("enum E : byte { A, B, C, D, X }", "'F' has bits 0..1, which do not hold 'E.X'")]
    [DataRow("enum E { A, Negative = -1 }", "'F' has bits 0..1, which do not hold 'E.Negative'")]
    [DataRow("enum E : ulong { A, Huge = ulong.MaxValue }", "'F' has bits 0..1, which do not hold 'E.Huge'")]
    public void KM8006_an_enum_wider_than_its_field(string declaration, string message)
        => BadDeclaration.Check("KM8006", $"{declaration} [BitLayout, Ignored(2, 63)] readonly partial struct L {{ [Bits(0, 1)] public partial E [|F|] {{ get; }} }}", message);

    [TestMethod]
    [DataRow("Frame", 13, "'F' starts at bit 13, but an address of 'Frame' starts at bit 12")]
    [DataRow("Frame<Size4KiB>", 21, "'F' starts at bit 21, but an address of 'Frame<Size4KiB>' starts at bit 12")]
    [DataRow("Frame<Size2MiB>", 12, "'F' starts at bit 12, but an address of 'Frame<Size2MiB>' starts at bit 21")]
    [DataRow("Frame<Size1GiB>", 21, "'F' starts at bit 21, but an address of 'Frame<Size1GiB>' starts at bit 30")]
    public void KM8009_a_frame_at_the_wrong_bit(string type, int low, string message)
        => BadDeclaration.Check("KM8009", $"[BitLayout, Ignored(0, {low - 1}), Ignored(52, 63)] readonly partial struct L {{ [[|Address({low}, 51)|]] public partial {type} F {{ get; }} }}", message);

    [TestMethod]
    [DataRow("[Bit(0)] public partial bool [|Value|] { get; }", "Value")]
    [DataRow("[Bit(0)] public partial bool F { get; } public L [|WithF|](bool on) => this;", "WithF")]
    [DataRow("[Bit(0)] public partial bool F { get; } public const int [|FMask|] = 1;", "FMask")]
    [DataRow("[Bit(0)] public partial bool F { get; } public static class [|FShift|] { }", "FShift")]
    [DataRow("[Bit(0)] public partial bool F { get; } public static L [|Create|](int other) => default;", "Create")]
    [DataRow("[Bit(0)] public partial bool F { get; } public [|L|](ulong value) : this() { }", "constructor")]
    [DataRow("[Bit(0)] public partial bool F { get; } public override int [|GetHashCode|]() => 0;", "GetHashCode")]
    [DataRow("[Bit(0)] public partial bool F { get; } public const int [|FlagsMask|] = 0;", "FlagsMask")]
    [DataRow("[Bit(0)] public partial bool F { get; } public void [|AtomicSet|](int a, int b) { }", "AtomicSet")]
    [DataRow("[Bit(0)] public partial bool F { get; } public bool [|TryFormat|](int a, int b) => true;", "TryFormat")]
    [DataRow("[Bit(0, Access = FieldAccess.WriteOneToClear)] public partial bool F { get; } public void [|ClearF|]() { }", "ClearF")]
    public void KM8010_a_name_that_is_taken(string members, string name)
        => BadDeclaration.Check("KM8010", $"[BitLayout, Ignored(1, 63)] public readonly partial struct L {{ {members} }}", $"'L' already has a member named '{name}'");

    [TestMethod]
    public void KM8010_fields_whose_generated_names_meet()
        => BadDeclaration.Check("KM8010", "[BitLayout, Ignored(1, 63)] public readonly partial struct L { [Bit(0)] public partial bool [|Reserved|] { get; } }", "'L' already has a member named 'ReservedMask'");

    [TestMethod]
    public void KM8010_a_struct_with_the_name_of_a_generated_member()
        => BadDeclaration.Check("KM8010", "[BitLayout, Ignored(1, 63)] public readonly partial struct WithF { [Bit(0)] public partial bool [|F|] { get; } }", "'WithF' already has a member named 'WithF'");

    [TestMethod]
    [DataRow("Bit(0)", "byte", "a [Bit] is a bool")]
    [DataRow("Bits(0, 0)", "bool", "[Bits] are a byte, ushort, uint, ulong or an enum")]
    [DataRow("Bits(0, 0)", "int", "[Bits] are a byte, ushort, uint, ulong or an enum")]
    [DataRow("Bits(0, 0)", "byte?", "[Bits] are a byte, ushort, uint, ulong or an enum")]
    [DataRow("Bits(0, 0)", "PhysAddr", "an address field is an [Address]")]
    [DataRow("Bits(0, 0)", "Frame<Size2MiB>", "an address field is an [Address]")]
    [DataRow("Address(0, 0)", "ulong", "an [Address] is a PhysAddr, a Frame or a Frame<TSize>")]
    [DataRow("Address(0, 0)", "VirtAddr", "an [Address] is a PhysAddr, a Frame or a Frame<TSize>")]
    public void KM8013_a_type_that_cannot_carry_the_field(string position, string type, string message)
        => BadDeclaration.Check("KM8013", $"[BitLayout, Ignored(1, 63)] public readonly partial struct L {{ [{position}] public partial {type} [|F|] {{ get; }} }}", message);

    [TestMethod]
    [DataRow("byte", "it is too narrow for 9 bits")]
    [DataRow("Small", "it is too narrow for 9 bits")]
    public void KM8013_a_type_narrower_than_the_field(string type, string message)
        => BadDeclaration.Check("KM8013", $"public enum Small : byte {{ A }} [BitLayout, Ignored(9, 63)] public readonly partial struct L {{ [Bits(0, 8)] public partial {type} [|F|] {{ get; }} }}", message);

    [TestMethod]
    public void KM8013_frames_of_a_size_that_is_not_known()
        => BadDeclaration.Check(
            "KM8013",
            """
            public struct Odd : IPageSize { public static ulong Bytes => 8192; public static int Shift => 13; public static PageTableLevel Level => default; public static string Name => ""; }
            [BitLayout, Ignored(0, 12), Ignored(52, 63)] public readonly partial struct L { [Address(13, 51)] public partial Frame<Odd> [|F|] { get; } }
            """,
            "the generator does not know the size of its frames; use PhysAddr");

    [TestMethod]
    [DataRow("private readonly int [|_more|];", "'_more' makes 'L' larger than its word")]
    [DataRow("public int [|More|] { get; }", "'More' makes 'L' larger than its word")]
    public void KM8014_state_beside_the_word(string member, string message)
        => BadDeclaration.Check("KM8014", $"[BitLayout, Ignored(0, 63)] public readonly partial struct L {{ {member} }}", message);

    [TestMethod]
    public void KM8014_a_primary_constructor()
        => BadDeclaration.Check("KM8014", "[BitLayout, Ignored(0, 63)] public readonly partial struct L[|(int more)|];", "'primary constructor' makes 'L' larger than its word");

    [TestMethod]
    public void KM8015_a_field_with_two_positions()
        => BadDeclaration.Check("KM8015", "[BitLayout, Ignored(2, 63)] public readonly partial struct L { [Bit(0), [|Bits(0, 1)|]] public partial bool F { get; } }", "'F' has more than one of [Bit], [Bits] and [Address]");

    [TestMethod]
    [DataRow("[BitLayout(typeof(Missing))] public readonly partial struct L { }")]
    [DataRow("[BitLayout(1, 2, 3)] public readonly partial struct L { }")]
    [DataRow("[BitLayout, Reserved] public readonly partial struct L { }")]
    [DataRow("[BitLayout, Reserved(\"x\", 1)] public readonly partial struct L { }")]
    [DataRow("[BitLayout, FixedBit(1)] public readonly partial struct L { }")]
    [DataRow("[BitLayout, Ignored(1, 63)] public readonly partial struct L { [Bit(nowhere)] public partial bool F { get; } }")]
    [DataRow("[BitLayout, Ignored(1, 63)] public readonly partial struct L { [Bit(0)] public partial Missing F { get; } }")]
    public void What_the_compiler_rejects_is_left_to_the_compiler(string source)
    {
        Generation generation = Generation.Of(BadDeclaration.Usings + source);

        Assert.IsEmpty(generation.Reported, string.Join('\n', generation.Reported));
        Assert.IsEmpty(generation.Layouts);
        Assert.IsTrue(generation.CompilerProblems.Any(problem => problem.Severity == DiagnosticSeverity.Error));
    }

    [TestMethod]
    public void An_attribute_on_a_class_is_the_compiler_s_and_ours_to_reject()
        => BadDeclaration.Check("KM8001", "[BitLayout, Ignored(0, 63)] public partial class [|L|] { }", "'L' must be a plain struct");

    [TestMethod]
    public void A_method_with_another_number_of_parameters_may_overload_a_generated_one()
    {
        Generation generation = Generation.Of(BadDeclaration.Usings + """
            [BitLayout, Ignored(1, 63)]
            public readonly partial struct L
            {
                [Bit(0)] public partial bool F { get; }
                public static L Create() => Initial.WithF(true);
                public L WithF() => WithF(true);
            }
            """);

        Assert.IsEmpty(generation.Reported);
        Assert.IsEmpty(generation.CompilerProblems);
    }

    [TestMethod]
    public void All_errors_of_a_declaration_are_told_in_source_order()
    {
        Generation generation = Generation.Of(BadDeclaration.Usings + """
            [BitLayout]
            public readonly partial struct L
            {
                [Bit(0)] public partial byte A { get; }
                [Bits(3, 1)] public partial byte B { get; }
                private readonly int _more;
                [Address(12, 51)] public partial Frame<Size2MiB> C { get; }
            }
            """);

        string[] ids = [.. generation.Reported.Select(diagnostic => diagnostic.Id)];
        CollectionAssert.AreEqual(new[] { "KM8013", "KM8004", "KM8014", "KM8009" }, ids);
    }
}
