using System.Linq;
using KernelMem.Generators.Tests.Harness;

namespace KernelMem.Generators.Tests;

/// <summary>What a declaration may say beyond positions and types, said wrongly.</summary>
[TestClass]
public sealed class BadFeatureTests
{
    [TestMethod]
    [DataRow("[[|Bits(0, 2, Default = 8)|]] public partial byte F { get; }", "is 8, which does not fit in bits 0..2")]
    [DataRow("[[|Bits(0, 2, Default = -1)|]] public partial byte F { get; }", "is -1, which does not fit in bits 0..2")]
    [DataRow("[[|Bits(0, 2, Default = ulong.MaxValue)|]] public partial byte F { get; }", "is 18446744073709551615, which")]
    [DataRow("[[|Bits(0, 2, Default = \"x\")|]] public partial byte F { get; }", "is neither an integer nor a member of the field's enum")]
    [DataRow("[[|Bits(0, 2, Default = 'x')|]] public partial byte F { get; }", "is neither an integer")]
    [DataRow("[[|Bits(0, 2, Default = System.DayOfWeek.Friday)|]] public partial Gap F { get; }", "is a member of another enum")]
    [DataRow("[Bits(0, 2, Default = 6)] public partial Gap [|F|] { get; }", "is no member of 'Gap'")]
    [DataRow("[Bits(0, 2)] public partial Gap [|F|] { get; }", "must be given, because 0 is no member of 'Gap'")]
    [DataRow("[Bits(0, 2, Default = 1, Access = FieldAccess.WriteOneToClear)] public partial byte [|F|] { get; }", "would clear the field when the initial word is written")]
    [DataRow("[Bits(0, 2, Default = 1)] public partial byte [|F|] { get; } [Bits(1, 2, Default = 1, AllowOverlap = true)] public partial byte G { get; }", "contradicts the default of another field")]
    public void KM8007_a_default_that_does_not_fit(string field, params string[] messages)
        => BadDeclaration.Check("KM8007", $"public enum Gap {{ One = 1, Two }} [BitLayout, Ignored(3, 63)] public readonly partial struct L {{ {field} }}", [.. messages.Select(message => "the default of 'F' " + message)]);

    [TestMethod]
    public void KM8007_an_address_that_does_not_fit()
        => BadDeclaration.Check("KM8007", "[BitLayout, Ignored(0, 11), Ignored(52, 63)] public readonly partial struct L { [[|Address(12, 51, Default = 0x1001)|]] public partial Frame F { get; } }", "the default of 'F' has address bits outside bits 12..51");

    [TestMethod]
    public void KM8007_defaults_that_are_forbidden_together()
        => BadDeclaration.Check("KM8007", "[BitLayout, Ignored(1, 63), [|Forbid(\"!F\")|]] public readonly partial struct L { [Bit(0)] public partial bool F { get; } }", "the default of 'L' makes the initial word one with '!F', which is forbidden");

    [TestMethod]
    [DataRow("[BitLayout, Reserved(2), Ignored(3, 63)] public readonly partial struct L { [Bits(0, 2, AllowOverlap = true)] public partial byte [|F|] { get; } }", "'F' can be written, but bit 2 is reserved")]
    [DataRow("[BitLayout, FixedBit(2, true), Ignored(3, 63)] public readonly partial struct L { [Bits(0, 2, AllowOverlap = true)] public partial byte [|F|] { get; } }", "'F' can be written, but bit 2 is fixed at 1")]
    public void KM8008_reserved_bits_that_would_be_written(string source, string message) => BadDeclaration.Check("KM8008", source, message);

    [TestMethod]
    [DataRow("0, PageTableEntryRole.Page", EntryOf.Page4KiB, "'L' is no entry: levels are 1 to 5")]
    [DataRow("6, PageTableEntryRole.Table", EntryOf.Table, "'L' is no entry: levels are 1 to 5")]
    [DataRow("2, (PageTableEntryRole)3", EntryOf.Table, "'L' is no entry: levels are 1 to 5")]
    [DataRow("1, PageTableEntryRole.Table", EntryOf.Table, "'L' references a table at level 1: no table is below level 1")]
    [DataRow("4, PageTableEntryRole.Page", EntryOf.Page4KiB, "'L' maps a page at level 4: only levels 1 to 3 map pages")]
    [DataRow("1, PageTableEntryRole.Slot", EntryOf.Slot, "'L' is a slot of level 1: only levels 2 and 3 leave the choice")]
    [DataRow("5, PageTableEntryRole.Slot", EntryOf.Slot, "'L' is a slot of level 5: only levels 2 and 3 leave the choice")]
    [DataRow("2, PageTableEntryRole.Page", EntryOf.Page4KiB, "bit 7, PS, must be [FixedBit(7, true)]", "its address 'A' starts at bit 12, not 21")]
    [DataRow("2, PageTableEntryRole.Page", EntryOf.Page1GiB, "its address 'A' starts at bit 30, not 21")]
    [DataRow("3, PageTableEntryRole.Page", EntryOf.Page2MiB, "its address 'A' starts at bit 21, not 30")]
    [DataRow("1, PageTableEntryRole.Page", EntryOf.Table, "bit 7, PAT here, must be a [Bit]")]
    [DataRow("3, PageTableEntryRole.Table", EntryOf.Page2MiB, "bit 7, PS, must be [FixedBit(7, false)] or [Reserved(7)]", "its address 'A' starts at bit 21, not 12")]
    [DataRow("4, PageTableEntryRole.Table", EntryOf.Slot, "bit 7, PS, must be [FixedBit(7, false)] or [Reserved(7)]", "it has no [Address] at bit 12")]
    [DataRow("2, PageTableEntryRole.Slot", EntryOf.Table, "bit 7, PS, must be a [Bit]", "the address 'A' has no place before it is known which it is")]
    [DataRow("2, PageTableEntryRole.Slot", "Ignored(0, 6), Ignored(8, 63)|[Bit(7)] public partial bool S { get; }", "bit 0, P, must be a [Bit]")]
    public void KM8011_an_entry_that_does_not_fit_its_level(string place, string entry, params string[] messages)
    {
        string[] parts = entry.Split('|');
        BadDeclaration.Check("KM8011", $"[BitLayout, [|PageTableEntry({place})|], {parts[0]}] public readonly partial struct L {{ {parts[1]} }}", messages);
    }

    [TestMethod]
    public void KM8011_an_entry_of_another_width()
        => BadDeclaration.Check("KM8011", "[BitLayout(typeof(uint)), [|PageTableEntry(1, PageTableEntryRole.Page)|], Ignored(1, 6), Ignored(8, 11)] public readonly partial struct L { [Bit(0)] public partial bool P { get; } [Bit(7)] public partial bool T { get; } [Address(12, 31)] public partial Frame A { get; } }", "an entry has 64 bits");

    [TestMethod]
    [DataRow("1, PageTableEntryRole.Page", EntryOf.Page4KiB)]
    [DataRow("2, PageTableEntryRole.Page", EntryOf.Page2MiB)]
    [DataRow("3, PageTableEntryRole.Page", EntryOf.Page1GiB)]
    [DataRow("2, PageTableEntryRole.Table", EntryOf.Table)]
    [DataRow("5, PageTableEntryRole.Table", EntryOf.Table)]
    [DataRow("3, PageTableEntryRole.Slot", EntryOf.Slot)]
    public void An_entry_that_fits_its_level_is_generated(string place, string entry)
    {
        string[] parts = entry.Split('|');
        Generation generation = Generation.Of(BadDeclaration.Usings + $"[BitLayout, PageTableEntry({place}), {parts[0]}] public readonly partial struct L {{ {parts[1]} }}");

        Assert.IsEmpty(generation.Reported, string.Join('\n', generation.Reported));
        Assert.IsEmpty(generation.CompilerProblems);
        StringAssert.Contains(generation.SingleSource(), "PageTableLevel Level => ");
    }

    [TestMethod]
    [DataRow("[[|BitLayout(typeof(byte), BigEndian = true)|], Ignored(0, 7)] public readonly partial struct L { }", "'L' cannot be big-endian: one byte has no order of bytes")]
    [DataRow("[[|BitLayout(BigEndian = true)|], PageTableEntry(2, PageTableEntryRole.Slot), Ignored(1, 6), Ignored(8, 63)] public readonly partial struct L { [Bit(0)] public partial bool P { get; } [Bit(7)] public partial bool S { get; } }", "'L' cannot be big-endian: the processor reads its paging structures least significant byte first")]
    public void KM8012_an_order_of_bytes_without_meaning(string source, string message) => BadDeclaration.Check("KM8012", source, message);

    [TestMethod]
    [DataRow("A & [|X|]", "there is no field 'X'")]
    [DataRow("A [|B|]", "'B' stands where '&', '|' or the end is expected")]
    [DataRow("A & [|&|]& B", "'&' stands where a field, '!' or '(' is expected")]
    [DataRow("(A | B[|;|]", "';' stands where ')' is expected")]
    [DataRow("N == [|4|]", "4 does not fit in bits 2..3, where 'N' is")]
    [DataRow("N == [|B|]", "'B' is no number")]
    [DataRow("N == [|0xZ|]", "'0xZ' is no number")]
    [DataRow("N == [|18446744073709551616|]", "'18446744073709551616' is no number")]
    [DataRow("M == [|Four|]", "'Four' is neither a number nor a member of 'Mode'")]
    [DataRow("N [|=|] 1", "'=' stands where '&', '|' or the end is expected")]
    public void KM8016_a_combination_that_cannot_be_read(string marked, string message)
        => BadDeclaration.Check("KM8016", Combination($"\"{marked}\""), message);

    [TestMethod]
    [DataRow("[|\"\"|]", "it ends where a field, '!' or '(' is expected")]
    [DataRow("[|\"A & \"|]", "it ends where a field, '!' or '(' is expected")]
    [DataRow("[|null!|]", "it ends where a field")]
    [DataRow("[|@\"X\"|]", "there is no field 'X'")]
    [DataRow("[|\"A & \" + \"X\"|]", "there is no field 'X'")]
    [DataRow("[|\"\\u0041 & X\"|]", "there is no field 'X'")]
    [DataRow("\"!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!![|A|]\"", "it is nested too deeply")]
    public void KM8016_points_at_the_text_where_it_cannot_point_into_it(string argument, string message)
        => BadDeclaration.Check("KM8016", Combination(argument), message);

    [TestMethod]
    [DataRow("Address(0, 0, Access = FieldAccess.WriteOneToClear)", "PhysAddr", "'F' is an address, which is not cleared by writing ones")]
    [DataRow("Bit(0, Access = (FieldAccess)4)", "bool", "'F' has an access that is no member of FieldAccess")]
    public void KM8017_an_access_that_does_not_fit(string position, string type, string message)
        => BadDeclaration.Check("KM8017", $"[BitLayout, Ignored(1, 63)] public readonly partial struct L {{ [[|{position}|]] public partial {type} F {{ get; }} }}", message);

    [TestMethod]
    public void KM8017_bits_that_would_be_cleared_through_another_field()
        => BadDeclaration.Check("KM8017", "[BitLayout, Ignored(2, 63)] public readonly partial struct L { [Bit(0, Access = FieldAccess.WriteOneToClear)] public partial bool A { get; } [Bits(0, 1, AllowOverlap = true)] public partial byte [|B|] { get; } }", "'B' writes bit 0 of 'A', which writing ones clears");

    [TestMethod]
    [DataRow("[Bit(0)] public partial bool Reserved { get; }", "[Bits(0, 63, AllowOverlap = true, Access = FieldAccess.ReadOnly)] public partial ulong All { get; }", false)]
    [DataRow("[Bit(0)] public partial bool A { get; }", "[Bits(0, 63, AllowOverlap = true, Access = FieldAccess.ReadOnly)] public partial ulong All { get; }", true)]
    [DataRow("[Bit(0)] public partial bool A { get; }", "[Bits(0, 0, AllowOverlap = true)] public partial byte All { get; }", true)]
    [DataRow("[Bit(0)] public partial bool A { get; }", "[Bits(0, 0)] public partial byte All { get; }", false)]
    public void AllowOverlap_makes_a_second_view(string field, string view, bool isSound)
        => Assert.AreEqual(isSound, Generation.Of(BadDeclaration.Usings + $"[BitLayout, Reserved(1, 63)] public readonly partial struct L {{ {field} {view} }}").Layouts.Length == 1);

    /// <summary>A layout with two flags, a number and an enum, and a forbidden combination.</summary>
    private static string Combination(string argument)
        => $"public enum Mode {{ Zero, One, Two, Three }} [BitLayout, Ignored(6, 63), Forbid({argument})] public readonly partial struct L {{ [Bit(0)] public partial bool A {{ get; }} [Bit(1)] public partial bool B {{ get; }} [Bits(2, 3)] public partial byte N {{ get; }} [Bits(4, 5)] public partial Mode M {{ get; }} }}";

    /// <summary>Entries: the attributes, and the fields.</summary>
    private static class EntryOf
    {
        private const string Present = "[Bit(0)] public partial bool P { get; } ";

        public const string Table = "Ignored(1, 6), Reserved(7), Ignored(8, 11), Ignored(52, 63)|" + Present + "[Address(12, 51)] public partial Frame A { get; }";
        public const string Page4KiB = "Ignored(1, 6), Ignored(8, 11), Ignored(52, 63)|" + Present + "[Bit(7)] public partial bool T { get; } [Address(12, 51)] public partial Frame A { get; }";
        public const string Page2MiB = "Ignored(1, 6), FixedBit(7, true), Ignored(8, 20), Ignored(52, 63)|" + Present + "[Address(21, 51)] public partial Frame<Size2MiB> A { get; }";
        public const string Page1GiB = "Ignored(1, 6), FixedBit(7, true), Ignored(8, 29), Ignored(52, 63)|" + Present + "[Address(30, 51)] public partial Frame<Size1GiB> A { get; }";
        public const string Slot = "Ignored(1, 6), Ignored(8, 63)|" + Present + "[Bit(7)] public partial bool S { get; }";
    }
}
