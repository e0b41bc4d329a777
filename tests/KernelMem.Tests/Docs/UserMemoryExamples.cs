using System;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Annotations;
using KernelMem.Failures;
using KernelMem.Paging;
using KernelMem.Platform;

namespace KernelMem.Tests.Docs;

/// <summary>The examples of <c>docs/user-memory.md</c>, word for word. What they give is checked in <see cref="UserMemoryGuideTests"/>.</summary>
internal static unsafe class UserMemoryExamples
{
    public static Result<ulong, UserCopyFailure> Sum<TPlatform>(
        TPlatform platform, AddressSpace<TPlatform> program, [UserMemory] ulong register)
        where TPlatform : unmanaged, IPlatform
    {
        AddressLayout layout = program.Layout;
        UserPtr<SumRequest> pointer = UserPtr<SumRequest>.FromUser(register);
        if (!pointer.Read(platform, layout).TryGet(out SumRequest request, out UserCopyFailure failure))
            return failure;

        // The copy cannot change any more, but its contents are still untrusted.
        UserSpan<byte> rest = UserSpan<byte>.FromUser(request.Buffer, request.Length);
        Span<byte> buffer = stackalloc byte[64];
        ulong sum = 0;
        while (!rest.IsEmpty)
        {
            ulong count = Math.Min(rest.Length, 64);
            if (!rest.TrySlice(0, count, out UserSpan<byte> part) || !rest.TrySlice(count, out rest))
                break; // the range wraps around

            if (part.CopyTo(platform, layout, buffer).TryGetError(out failure))
                return failure; // failure.Code is the reason, failure.BytesLeft the number of missing bytes

            foreach (byte value in buffer[..(int)count])
                sum += value;
        }

        return sum;
    }

    public static bool IsWord<TPlatform>(AddressSpace<TPlatform> program, UserPtr<uint> pointer)
        where TPlatform : unmanaged, IPlatform
    {
        bool isWord = pointer.Check(program.Layout, UserAlignment.Natural).TryGet(out VirtRange range)
            && program.CheckAccess(range, PageAccess.Read, user: true).IsSuccess;

        return isWord;
    }

    public static ulong CopyRaw<TPlatform>(TPlatform platform, AddressLayout layout, [UserMemory] void* from, void* to, ulong length)
        where TPlatform : unmanaged, IPlatform
    {
        VirtAddr start = VirtAddr.FromPointer(from);         // still user memory: FromPointer's parameter is [PreservesValue]
        bool isUser = VirtRange.TryCreate(start, length, out VirtRange range) && layout.IsUser(range);
        return isUser ? platform.CopyUser(to, from, length) : length; // allowed: CopyUser's parameters are marked
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct SumRequest
    {
        [UserMemory]
        public ulong Buffer;

        [UserMemory]
        public ulong Length;
    }
}
