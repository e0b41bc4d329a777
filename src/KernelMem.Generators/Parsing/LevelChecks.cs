using System.Collections.Generic;
using System.Linq;
using KernelMem.Generators.Model;
using KernelMem.Generators.Writing;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Parsing;

/// <summary>What differs between the levels of the paging structures (Intel SDM Vol. 3A §4.5) is as the layout's level has it.</summary>
internal static class LevelChecks
{
    private const int PresentBit = 0;
    private const int PageSizeBit = 7;
    private const int TableShift = 12;

    /// <summary>Reads <c>[PageTableEntry]</c>. Null where it is not there, or does not compile.</summary>
    public static EntryPlace? Parse(AttributeData attribute)
        => attribute.ConstructorArguments is { Length: 2 } arguments && arguments[0].Value is int level && arguments[1].Value is byte role
            ? new EntryPlace(level, (EntryRole)role)
            : null;

    public static void Check(LayoutModel layout, EntryPlace entry, Location? location, List<LayoutError> errors)
    {
        if (!entry.Exists || entry.Role is < EntryRole.Table or > EntryRole.Slot)
        {
            const string Problem = "levels are 1 to 5, and roles those of PageTableEntryRole";
            errors.Add(LayoutErrors.InconsistentLevel(layout.Header.PlainName, "is no entry", Problem, location));
            return;
        }

        foreach (string problem in Problems(layout, entry))
        {
            errors.Add(LayoutErrors.InconsistentLevel(layout.Header.PlainName, entry.Description, problem, location));
        }
    }

    private static IEnumerable<string> Problems(LayoutModel layout, EntryPlace entry)
    {
        if (layout.Storage.Width != 64)
            yield return "an entry has 64 bits";

        if (FieldAt(layout, PresentBit) is not { Kind: FieldKind.Flag })
            yield return "bit 0, P, must be a [Bit]";

        if (PlaceProblem(entry) is { } place)
        {
            yield return place;
            yield break;
        }

        if (PageSizeProblem(layout, entry) is { } pageSize)
            yield return pageSize;

        foreach (string problem in AddressProblems(layout, entry))
        {
            yield return problem;
        }
    }

    private static string? PlaceProblem(EntryPlace entry) => entry.Role switch
    {
        EntryRole.Table when !entry.MayReferenceTable => "no table is below level 1",
        EntryRole.Page when !entry.MayMapPage => "only levels 1 to 3 map pages",
        EntryRole.Slot when !(entry.MayMapPage && entry.MayReferenceTable) => "only levels 2 and 3 leave the choice",
        _ => null,
    };

    /// <summary>Bit 7 is PS at levels 2 and 3, reserved above, and PAT in a page table.</summary>
    private static string? PageSizeProblem(LayoutModel layout, EntryPlace entry)
    {
        UnnamedBits? unnamed = UnnamedAt(layout, PageSizeBit);
        return entry.Role switch
        {
            EntryRole.Table => unnamed is { Role: UnnamedRole.Reserved or UnnamedRole.FixedZero }
                ? null
                : "bit 7, PS, must be [FixedBit(7, false)] or [Reserved(7)]",
            EntryRole.Slot => FieldAt(layout, PageSizeBit) is { Kind: FieldKind.Flag } ? null : "bit 7, PS, must be a [Bit]",
            _ when entry.Level == 1 => FieldAt(layout, PageSizeBit) is { Kind: FieldKind.Flag } ? null : "bit 7, PAT here, must be a [Bit]",
            _ => unnamed is { Role: UnnamedRole.FixedOne } ? null : "bit 7, PS, must be [FixedBit(7, true)]",
        };
    }

    private static IEnumerable<string> AddressProblems(LayoutModel layout, EntryPlace entry)
    {
        int expected = entry.Role == EntryRole.Page ? entry.PageShift : TableShift;
        int count = 0;
        foreach (FieldModel field in layout.Fields.Where(field => field.IsAddress))
        {
            count++;
            if (entry.Role == EntryRole.Slot)
                yield return $"the address '{field.Name}' has no place before it is known which it is";
            else if (field.Bits.Low != expected)
                yield return $"its address '{field.Name}' starts at bit {Literals.Number(field.Bits.Low)}, not {Literals.Number(expected)}";
        }

        if (count == 0 && entry.Role != EntryRole.Slot)
            yield return $"it has no [Address] at bit {Literals.Number(expected)}";
    }

    private static FieldModel? FieldAt(LayoutModel layout, int bit) => layout.Fields.FirstOrDefault(field => field.Bits.Contains(bit));

    private static UnnamedBits? UnnamedAt(LayoutModel layout, int bit)
    {
        foreach (UnnamedBits unnamed in layout.Unnamed)
        {
            if (unnamed.Bits.Contains(bit))
                return unnamed;
        }

        return null;
    }
}
