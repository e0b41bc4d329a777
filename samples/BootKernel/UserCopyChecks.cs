using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Failures;
using KernelMem.Machine;
using KernelMem.Platform;
using Scenario;

namespace BootKernel;

/// <summary>Shows that copies between kernel and user memory work, survive a fault, and are the only way in.</summary>
internal static unsafe class UserCopyChecks
{
    private const int Whole = 100;
    private const int ToTheEnd = 60;

    private static VirtAddr s_user;

    public static void Run(ref Checklist checks)
    {
        if (!KernelMemory.Manager.AllocateMemory(Size4KiB.Bytes, RegionKind.UserData).TryGet(out VirtRange page))
            Panic.Now("No memory for a user page");
        s_user = page.Start;
        checks.Check("a user copy brings every byte"u8, CopiesWhole());
        checks.Check("a user copy that faults says how many bytes are missing"u8, StopsAtTheFault());
        if (Cpu.HasSmap)
        {
            Cr4 before = Cpu.ReadCr4();
            Cpu.WriteCr4(before.WithSmap(true));
            checks.Check("with SMAP on, the kernel reaches user memory by user copies only"u8, SmapHolds() && CopiesWhole() && StopsAtTheFault() && SmapHolds());
            Cpu.WriteCr4(before);
        }

        KernelMemory.Manager.DeallocateMemory(page).Expect("A user page cannot be released");
    }

    private static bool CopiesWhole()
    {
        byte* kernel = stackalloc byte[Whole];
        Fill(kernel, first: 1);
        ulong user = s_user.Value;
        bool there = Cpu.CopyUser((byte*)user, kernel, Whole) == 0;
        Fill(kernel, first: 200);
        bool back = Cpu.CopyUser(kernel, (byte*)user, Whole) == 0;
        return there && back && kernel[0] == 1 && kernel[Whole - 1] == Whole;
    }

    // The page after the user's is not mapped: of 100 bytes that start 60 before it, 40 are missing.
    private static bool StopsAtTheFault()
    {
        byte* kernel = stackalloc byte[Whole];
        Fill(kernel, first: 1);
        VirtAddr end = s_user + Size4KiB.Bytes;
        byte* user = (byte*)(end.Value - ToTheEnd);
        bool writing = Cpu.CopyUser(user, kernel, Whole) == Whole - ToTheEnd && PageFaults.Address == end.Value && PageFaults.Error.Write;
        Fill(kernel, first: 200);
        bool reading = Cpu.CopyUser(kernel, user, Whole) == Whole - ToTheEnd && PageFaults.Address == end.Value && !PageFaults.Error.Write;
        return writing && reading && kernel[0] == 1 && kernel[ToTheEnd - 1] == ToTheEnd && kernel[ToTheEnd] == unchecked((byte)(200 + ToTheEnd));
    }

    private static bool SmapHolds() =>
        !Probe.TryRead(s_user.Value, out _)
        && PageFaults.Address == s_user.Value
        && PageFaults.Error is { ProtectionViolation: true, Write: false, User: false };

    private static void Fill(byte* bytes, int first)
    {
        // SAFETY: every buffer of this class has this length.
        for (int i = 0; i < Whole; i++)
            bytes[i] = unchecked((byte)(first + i));
    }
}
