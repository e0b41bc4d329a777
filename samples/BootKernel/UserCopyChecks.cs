using System;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Failures;
using KernelMem.Machine;
using KernelMem.Paging;
using KernelMem.Platform;
using Scenario;

namespace BootKernel;

/// <summary>Shows that copies between kernel and user memory work, survive a fault, and are the only way in.</summary>
internal static class UserCopyChecks
{
    private const int Whole = 100;
    private const int ToTheEnd = 60;

    private static VirtAddr s_user;

    private static AddressLayout Layout => KernelMemory.Manager.KernelSpace.Layout;

    public static void Run(ref Checklist checks)
    {
        if (!KernelMemory.Manager.AllocateMemory(Size4KiB.Bytes, RegionKind.UserData).TryGet(out VirtRange page))
            Panic.Now("No memory for a user page");
        s_user = page.Start;
        checks.Check("a user copy brings every byte"u8, CopiesWhole());
        checks.Check("a user copy that faults says how many bytes are missing"u8, StopsAtTheFault());
        if (Cpu.HasSmap)
        {
            checks.Check("with SMAP on, the kernel reaches user memory by user copies only"u8, SmapHolds() && CopiesWhole() && StopsAtTheFault() && SmapHolds());
            Cr4 on = Cpu.ReadCr4();
            Cpu.WriteCr4(on.WithSmap(false));
            checks.Check("with SMAP off, user copies do the same"u8, CopiesWhole() && StopsAtTheFault() && Probe.TryRead(s_user.Value, out _));
            Cpu.WriteCr4(on);
        }

        KernelMemory.Manager.DeallocateMemory(page).Expect("A user page cannot be released");
    }

    private static bool CopiesWhole()
    {
        Span<byte> kernel = stackalloc byte[Whole];
        Fill(kernel, first: 1);
        UserSpan<byte> user = UserSpan<byte>.FromUser(s_user.Value, Whole);
        bool there = user.CopyFrom(default(X64Platform), Layout, kernel).IsSuccess;
        Fill(kernel, first: 200);
        bool back = user.CopyTo(default(X64Platform), Layout, kernel).IsSuccess;
        return there && back && kernel[0] == 1 && kernel[Whole - 1] == Whole;
    }

    // The page after the user's is not mapped: of 100 bytes that start 60 before it, 40 are missing.
    private static bool StopsAtTheFault()
    {
        Span<byte> kernel = stackalloc byte[Whole];
        Fill(kernel, first: 1);
        VirtAddr end = s_user + Size4KiB.Bytes;
        UserSpan<byte> user = UserSpan<byte>.FromUser(end.Value - ToTheEnd, Whole);
        bool writing = IsCutShort(user.CopyFrom(default(X64Platform), Layout, kernel)) && PageFaults.Address == end.Value && PageFaults.Error.Write;
        Fill(kernel, first: 200);
        bool reading = IsCutShort(user.CopyTo(default(X64Platform), Layout, kernel)) && PageFaults.Address == end.Value && !PageFaults.Error.Write;
        return writing && reading && kernel[0] == 1 && kernel[ToTheEnd - 1] == ToTheEnd && kernel[ToTheEnd] == unchecked((byte)(200 + ToTheEnd));
    }

    private static bool IsCutShort(Result<UserCopyFailure> copy) =>
        copy.TryGetError(out UserCopyFailure failure) && failure.Code == UserMemoryError.Fault && failure.BytesLeft == Whole - ToTheEnd;

    private static bool SmapHolds() =>
        !Probe.TryRead(s_user.Value, out _)
        && PageFaults.Address == s_user.Value
        && PageFaults.Error is { ProtectionViolation: true, Write: false, User: false };

    private static void Fill(Span<byte> bytes, int first)
    {
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = unchecked((byte)(first + i));
    }
}
