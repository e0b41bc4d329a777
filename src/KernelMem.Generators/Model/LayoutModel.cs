using System.Collections.Generic;
using System.Linq;
using KernelMem.Generators.Helpers;

namespace KernelMem.Generators.Model;

/// <summary>A declared layout without errors: all that the writer needs, and nothing of the compilation it came from.</summary>
/// <param name="Header">The struct, by name and place.</param>
/// <param name="Storage">The integer underneath.</param>
/// <param name="IsBigEndian">Memory holds the word with its most significant byte first.</param>
/// <param name="Entry">Where in the paging structures the layout is an entry, if it is one.</param>
/// <param name="Fields">By position, least significant first.</param>
/// <param name="Unnamed">By position, least significant first.</param>
/// <param name="Forbidden">In the order of the declaration.</param>
/// <param name="OwnParts">What the user has written themselves.</param>
internal sealed record LayoutModel(
    LayoutHeader Header,
    StorageType Storage,
    bool IsBigEndian,
    EntryPlace? Entry,
    EquatableArray<FieldModel> Fields,
    EquatableArray<UnnamedBits> Unnamed,
    EquatableArray<ForbiddenModel> Forbidden,
    OwnParts OwnParts)
{
    public string Name => Header.Name;

    public string FlagsName => Header.PlainName + "Flags";

    public ulong ReservedMask => MaskOf(UnnamedRole.Reserved);

    public ulong FixedMask => FixedValue | MaskOf(UnnamedRole.FixedZero);

    public ulong FixedValue => MaskOf(UnnamedRole.FixedOne);

    public ulong IgnoredMask => MaskOf(UnnamedRole.Ignored);

    public ulong SoftwareMask => MaskOf(UnnamedRole.Software) | MaskOf(Fields.Where(part => part.Options.IsSoftware));

    public ulong PhysicalAddressMask => MaskOf(Fields.Where(part => part.IsAddress));

    public ulong WriteOneToClearMask => MaskOf(Fields.Where(part => part.Options.Access == AccessKind.WriteOneToClear));

    public ulong WriteOnlyMask => MaskOf(Fields.Where(part => part.Options.Access == AccessKind.WriteOnly));

    /// <summary>Whether a word that was read is not one to write back.</summary>
    public bool ReadsOtherThanItWrites => (WriteOneToClearMask | WriteOnlyMask) != 0;

    /// <summary>The word to start from: the fixed bits and the defaults.</summary>
    public ulong InitialValue => Fields.Aggregate(FixedValue, (word, part) => word | (part.Options.DefaultBits ?? 0));

    /// <summary>The members of the flags enum: what is one bit, can be read, is no second view, and is seen wherever the layout is.</summary>
    public IEnumerable<FieldModel> Flags
        => Fields.Where(part => part is { Kind: FieldKind.Flag, IsReadable: true, Options.AllowsOverlap: false } && IsAsVisible(part));

    public ulong FlagsMask => MaskOf(Flags);

    public ulong WritableFlagsMask => MaskOf(Flags.Where(flag => flag.IsWritable));

    /// <summary>
    /// Whether the word lies in memory that keeps what was written, so that it can be compared and exchanged. One that can only be
    /// written, or is cleared by being written, is a device's.
    /// </summary>
    public bool IsMemory => !ReadsOtherThanItWrites;

    public bool Has(OwnParts part) => (OwnParts & part) != OwnParts.None;

    private bool IsAsVisible(FieldModel field)
        => field.Accessibility == "public" || (Header.Accessibility != "public" && field.Accessibility != "private");

    private ulong MaskOf(UnnamedRole role)
        => Unnamed.Where(unnamed => unnamed.Role == role).Aggregate(0UL, (mask, unnamed) => mask | unnamed.Bits.Mask);

    private static ulong MaskOf(IEnumerable<FieldModel> fields) => fields.Aggregate(0UL, (mask, field) => mask | field.Bits.Mask);
}
