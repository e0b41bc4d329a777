using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using KernelMem.Boot;

namespace KernelMem.Tests.Boot;

/// <summary>
/// What a normalised map has to be, said in sets of whole numbers: slow, without limits or wrapping, and written apart
/// from the normaliser. Between two neighbouring bounds nothing changes, so it looks at each such piece by itself.
/// </summary>
internal static class NormaliserOracle
{
    private const int Frame = 4096;

    private static readonly BigInteger Top = BigInteger.One << 52;

    private static readonly MemoryRegionKind[] FromMildToSevere =
    [
        MemoryRegionKind.Usable,
        MemoryRegionKind.FirmwareBoot,
        MemoryRegionKind.BootData,
        MemoryRegionKind.AcpiReclaimable,
        MemoryRegionKind.KernelImage,
        MemoryRegionKind.Unaccepted,
        MemoryRegionKind.Persistent,
        MemoryRegionKind.AcpiNvs,
        MemoryRegionKind.FirmwareRuntime,
        MemoryRegionKind.Reserved,
        MemoryRegionKind.BadMemory,
    ];

    // What a frame's stray usable bytes may go with, for they come back with it.
    private static readonly MemoryRegionKind[] GivenBackWhole =
        [MemoryRegionKind.FirmwareBoot, MemoryRegionKind.BootData, MemoryRegionKind.AcpiReclaimable, MemoryRegionKind.KernelImage];

    // Nonsense that says "yours later" is believed no more than nonsense that says "yours".
    private static readonly MemoryRegionKind[] GivenBackOneDay =
        [MemoryRegionKind.FirmwareBoot, MemoryRegionKind.BootData, MemoryRegionKind.AcpiReclaimable, MemoryRegionKind.Unaccepted];

    public static List<RawEntry> Normalise(IEnumerable<RawEntry> raw)
    {
        List<Claim> claims = [new Claim(0, Frame, MemoryRegionKind.Reserved)];
        claims.AddRange(raw.Select(Believed).Where(claim => claim.Start < claim.End));

        // Frame bounds beside every bound, so that a piece never straddles a partly usable frame.
        List<BigInteger> bounds = claims
            .SelectMany(claim => new[] { claim.Start, claim.End })
            .SelectMany(at => new[] { at, at / Frame * Frame, (at + Frame - 1) / Frame * Frame })
            .Distinct()
            .Order()
            .ToList();

        List<Claim> pieces = [];
        for (int index = 0; index + 1 < bounds.Count; index++)
        {
            BigInteger start = bounds[index];
            MemoryRegionKind? kind = MostSevereAt(claims, start);
            if (kind == MemoryRegionKind.Usable && !WholeFrameUsable(claims, bounds, start))
                kind = KindOfSliver(claims, bounds, start);
            if (kind is not null)
                pieces.Add(new Claim(start, bounds[index + 1], kind.Value));
        }

        return Joined(pieces);
    }

    // A usable piece of a frame that is not wholly usable goes with what it touches in that frame, the lower neighbour first,
    // if that is of a kind that can be given back.
    private static MemoryRegionKind KindOfSliver(List<Claim> claims, List<BigInteger> bounds, BigInteger at)
    {
        BigInteger frame = at / Frame * Frame;
        List<BigInteger> inFrame = bounds.Where(bound => bound >= frame && bound < frame + Frame).ToList();
        IEnumerable<MemoryRegionKind?> below = inFrame.Where(bound => bound < at).Reverse().Select(bound => MostSevereAt(claims, bound));
        IEnumerable<MemoryRegionKind?> above = inFrame.Where(bound => bound > at).Select(bound => MostSevereAt(claims, bound));
        MemoryRegionKind?[] neighbours =
        [
            below.FirstOrDefault(kind => kind != MemoryRegionKind.Usable),
            above.FirstOrDefault(kind => kind != MemoryRegionKind.Usable),
        ];
        return neighbours.FirstOrDefault(kind => kind is not null && GivenBackWhole.Contains(kind.Value))
            ?? MemoryRegionKind.Reserved;
    }

    private static Claim Believed(RawEntry entry)
    {
        MemoryRegionKind kind = FromMildToSevere.Contains(entry.Kind) ? entry.Kind : MemoryRegionKind.Reserved;
        BigInteger start = entry.Start;
        BigInteger end = start + entry.Length;
        if (end <= Top)
            return new Claim(start, end, kind);

        if (kind == MemoryRegionKind.Usable)
            return default;

        return new Claim(start, Top, GivenBackOneDay.Contains(kind) ? MemoryRegionKind.Reserved : kind);
    }

    private static MemoryRegionKind? MostSevereAt(List<Claim> claims, BigInteger at)
    {
        foreach (MemoryRegionKind kind in FromMildToSevere.Reverse())
        {
            if (claims.Any(claim => claim.Kind == kind && claim.Start <= at && at < claim.End))
                return kind;
        }

        return null;
    }

    private static bool WholeFrameUsable(List<Claim> claims, List<BigInteger> bounds, BigInteger at)
    {
        BigInteger frame = at / Frame * Frame;
        return bounds
            .Where(bound => bound >= frame && bound < frame + Frame)
            .Append(frame)
            .All(bound => MostSevereAt(claims, bound) == MemoryRegionKind.Usable);
    }

    private static List<RawEntry> Joined(List<Claim> pieces)
    {
        List<Claim> joined = [];
        foreach (Claim piece in pieces)
        {
            if (joined.Count > 0 && joined[^1].End == piece.Start && joined[^1].Kind == piece.Kind)
                joined[^1] = joined[^1] with { End = piece.End };
            else
                joined.Add(piece);
        }

        return joined.Select(piece => new RawEntry((ulong)piece.Start, (ulong)(piece.End - piece.Start), piece.Kind)).ToList();
    }

    private readonly record struct Claim(BigInteger Start, BigInteger End, MemoryRegionKind Kind);
}
