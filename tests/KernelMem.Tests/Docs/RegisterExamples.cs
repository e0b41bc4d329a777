using System;
using KernelMem.Annotations;
using KernelMem.Diagnostics;
using KernelMem.Layouts;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.Tests.Docs;

/// <summary>A serial port in one register.</summary>
[BitLayout(typeof(uint))]
[Reserved(14, 27)]
[Software(28, 31)]
[Forbid("Loopback & Rate == Slow", Reason = "the loop needs the fast clock")]
public readonly partial struct PortControl
{
    /// <summary>EN: the port is on.</summary>
    [Bit(0, Label = "EN")] public partial bool Enabled { get; }
    /// <summary>LB: loopback; sent bytes are received.</summary>
    [Bit(1, Label = "LB")] public partial bool Loopback { get; }
    /// <summary>RATE: 1 or 2; the manual does not say what 0 and 3 do.</summary>
    [Bits(2, 3, Default = PortRate.Fast)] public partial PortRate Rate { get; }
    /// <summary>FILL: number of bytes in the queue.</summary>
    [Bits(4, 7, Access = FieldAccess.ReadOnly)] public partial byte Fill { get; }
    /// <summary>GO: writing 1 sends the queue. Reads are undefined.</summary>
    [Bit(8, Access = FieldAccess.WriteOnly)] public partial bool Go { init; }
    /// <summary>OVR: bytes were lost. Writing 1 clears it.</summary>
    [Bit(9, Access = FieldAccess.WriteOneToClear, Label = "OVR")] public partial bool Overrun { get; }
    /// <summary>ERR: framing errors. Writing ones clears them.</summary>
    [Bits(10, 13, Access = FieldAccess.WriteOneToClear)] public partial byte FrameErrors { get; }
}

public enum PortRate : byte { Slow = 1, Fast = 2 }

/// <summary>The examples of <c>docs/layouts.md</c> about registers, word for word. What they give is checked in <see cref="RegisterExamplesTests"/>.</summary>
internal static class RegisterExamples
{
    public static void Enable(ref uint register)
    {
        PortControl seen = PortControl.Load(in register);
        PortControl.Store(ref register, seen.ForWrite.WithEnabled(true)); // sends nothing, clears nothing
    }

    public static void SendAndForgiveOverrun(ref uint register)
    {
        PortControl seen = PortControl.Load(in register).ForWrite;
        PortControl.Store(ref register, seen with { Go = true });
        PortControl.Store(ref register, seen.ClearOverrun()); // clears OVR alone; other errors stay set
    }

    public static uint BytesPerSecond(PortControl control)
    {
        if (!control.TryGetRate(out PortRate rate))
            return 0; // control.Rate would be 0 or 3, which PortRate does not define

        return rate == PortRate.Fast ? 11_520u : 960u;
    }

    public static string? Refuse(uint word)
    {
        LayoutViolation violation = PortControl.FromRaw(word).Validate();
        if (violation.Kind == LayoutViolationKind.ForbiddenCombination)
            return "the loop needs the fast clock"; // violation.Number: which combination; violation.Bits: which fields

        return violation.IsNone ? null : violation.Message;
    }

    public static void Print(PortControl control, TextOutput output)
    {
        Span<byte> text = stackalloc byte[PortControl.MaxTextLength];
        if (control.TryFormat(text, out int length))
            output.WriteLine(text[..length]); // EN|OVR Rate=Fast Fill=0x3
    }

    public static PtEntry WithFlags()
    {
        PtEntry entry = PtEntry.FromFlags(PtEntryFlags.Present | PtEntryFlags.Writable | PtEntryFlags.NoExecute);
        bool writable = entry.HasAll(PtEntryFlags.Present | PtEntryFlags.Writable);
        PtEntry readOnly = entry.Without(PtEntryFlags.Writable);
        return writable ? readOnly : entry;
    }

    public static bool TakeDirty(ref ulong entry)
    {
        PtEntry before = PtEntry.AtomicClear(ref entry, PtEntryFlags.Dirty); // atomic: no write of the processor is lost
        return before.Dirty;
    }

    public static PtEntry MakeReadOnly(ref ulong entry)
    {
        PtEntry seen = PtEntry.Load(in entry);
        while (!PtEntry.TryUpdate(ref entry, ref seen, seen.WithWritable(false).WithAvailable(1)))
        {
        }

        return seen; // what was there
    }

    public static bool MayLoad(PtEntry entry, int physicalAddressBits) => entry.IsValidFor(physicalAddressBits);

    public static Pat WriteCombining(ulong register)
        => Pat.FromRaw(register).WithType4(MemoryType.WriteCombining); // for entries with PAT set and PCD, PWT clear
}
