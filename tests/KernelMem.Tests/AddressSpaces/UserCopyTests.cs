using System;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Failures;
using KernelMem.Paging;
using KernelMem.Simulation;
using static KernelMem.Tests.AddressSpaces.SpaceWorld;

namespace KernelMem.Tests.AddressSpaces;

/// <summary>Copies between a program on the simulated machine, with a page of read-only and a page of writable memory, and the kernel.</summary>
[TestClass]
public sealed unsafe class UserCopyTests : IDisposable
{
    private const ulong ReadOnly = 0x1000_0000;
    private const ulong Writable = 0x1000_1000;
    private const ulong End = 0x1000_2000;

    private readonly SpaceWorld _world = new();
    private readonly SimulatedMachine.CpuScope _scope;
    private readonly AddressSpace<SimulatedPlatform> _program;

    // Kernel memory that the host's code can look at.
    private readonly byte* _kernel = (byte*)NativeMemory.AlignedAlloc(4096, 4096);

    public UserCopyTests()
    {
        _scope = _world.Machine.Enter(0);
        _program = _world.CreateUser();
        Assert.IsTrue(_program.AllocateAt(Range(ReadOnly, 0x1000), RegionKind.UserCode, Protection.UserCode).IsSuccess);
        Assert.IsTrue(_program.AllocateAt(Range(Writable, 0x1000), RegionKind.UserData, Protection.UserData, RegionBacking.OnDemand).IsSuccess);
        _world.Use(_program);
        new Span<byte>(_kernel, 4096).Clear();

        // Buffers of the code under test are on this thread's stack, wherever that is: above 4 GiB, and so above the user range.
        _world.Machine.HostPointers = VirtRange.FromBounds(VirtAddr.Create(0x1_0000_0000), VirtAddr.Create(0x7FFF_FFFF_FFFF));
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_kernel);
        _scope.Dispose();
        _world.Dispose();
    }

    [TestMethod]
    public void A_value_goes_there_and_back()
    {
        UserPtr<ulong> pointer = UserPtr<ulong>.FromUser(Writable + 3);
        Assert.IsTrue(pointer.Write(_world.Machine.Platform, AddressLayout.Standard, 0x0102_0304_0506_0708).IsSuccess);
        Assert.AreEqual(0x0102_0304_0506_0708UL, pointer.Read(_world.Machine.Platform, AddressLayout.Standard).Value);
        Assert.AreEqual(0x0708, UserPtr<ushort>.FromUser(Writable + 3).Read(_world.Machine.Platform, AddressLayout.Standard).Value);
        Assert.AreEqual((byte)8, _world.Cpu.ReadByte(At(Writable + 3)));
    }

    [TestMethod]
    public void Elements_go_there_and_back()
    {
        UserSpan<uint> span = UserSpan<uint>.FromUser(Writable + 0x10, 5);
        Assert.IsTrue(span.CopyFrom(_world.Machine.Platform, AddressLayout.Standard, [1, 2, 3, 4]).IsSuccess);
        Span<uint> back = stackalloc uint[6];
        back.Fill(9);
        Assert.IsTrue(span.CopyTo(_world.Machine.Platform, AddressLayout.Standard, back).IsSuccess);
        Assert.AreSequenceEqual(new uint[] { 1, 2, 3, 4, 0, 9 }, back.ToArray());
    }

    [TestMethod]
    public void The_kernel_s_side_may_be_a_pointer()
    {
        uint* kernel = (uint*)_kernel;
        (kernel[0], kernel[1]) = (11, 12);
        UserSpan<uint> span = UserSpan<uint>.FromUser(Writable, 2);
        Assert.IsTrue(span.CopyFrom(_world.Machine.Platform, AddressLayout.Standard, kernel).IsSuccess);
        Assert.IsTrue(span.CopyTo(_world.Machine.Platform, AddressLayout.Standard, kernel + 2).IsSuccess);
        Assert.AreEqual((11U, 12U, 0U), (kernel[2], kernel[3], kernel[4]));
    }

    [TestMethod]
    public void A_copy_that_faults_says_how_much_is_missing()
    {
        UserSpan<uint> over = UserSpan<uint>.FromUser(End - 10, 4);
        Check(UserMemoryError.Fault, 6, over.CopyFrom(_world.Machine.Platform, AddressLayout.Standard, [0x1111_1111, 0x2222_2222, 0x3333_3333, 0x4444_4444]));
        Assert.AreEqual(0x3333, UserPtr<ushort>.FromUser(End - 2).Read(_world.Machine.Platform, AddressLayout.Standard).Value);

        Span<uint> back = stackalloc uint[4];
        back.Fill(0x9999_9999);
        Check(UserMemoryError.Fault, 6, over.CopyTo(_world.Machine.Platform, AddressLayout.Standard, back));
        Assert.AreSequenceEqual(new uint[] { 0x1111_1111, 0x2222_2222, 0x9999_3333, 0x9999_9999 }, back.ToArray());

        Check(UserMemoryError.Fault, 4, UserPtr<uint>.FromUser(End).Write(_world.Machine.Platform, AddressLayout.Standard, 1));
        Check(UserMemoryError.Fault, 3, UserPtr<uint>.FromUser(End - 1).Write(_world.Machine.Platform, AddressLayout.Standard, 1));
        Result<uint, UserCopyFailure> read = UserPtr<uint>.FromUser(End - 1).Read(_world.Machine.Platform, AddressLayout.Standard);
        Assert.AreEqual((UserMemoryError.Fault, 3UL), (read.Error.Code, read.Error.BytesLeft));
    }

    [TestMethod]
    public void A_right_that_the_program_has_not_is_a_fault()
    {
        Assert.IsTrue(UserPtr<uint>.FromUser(ReadOnly).Read(_world.Machine.Platform, AddressLayout.Standard).IsSuccess);
        Check(UserMemoryError.Fault, 4, UserPtr<uint>.FromUser(ReadOnly).Write(_world.Machine.Platform, AddressLayout.Standard, 1));
    }

    /// <summary>Kernel memory that is mapped, and that the copy itself would reach: the check is all that is between.</summary>
    [TestMethod]
    public void The_kernel_s_memory_is_not_a_program_s()
    {
        VirtRange secret = _world.Kernel.Allocate(4096, RegionKind.KernelData, Protection.KernelData).Value;
        _world.Cpu.WriteByte(secret.Start, 0x5A);
        Assert.AreEqual(0UL, _world.Machine.Platform.CopyUser(_kernel, secret.Start.ToPointer(), 1));
        Assert.AreEqual(0x5A, _kernel[0]);

        Span<ushort> kernel = stackalloc ushort[3];
        foreach (ulong address in new ulong[] { secret.Start.Value, 0, 0xFFF_FFFF, 0x7FFF_FFFF, 0x8000_0000, 0x8000_0000_0000, ulong.MaxValue, (ulong)_kernel })
        {
            UserPtr<ushort> pointer = UserPtr<ushort>.FromUser(address);
            Result<ushort, UserCopyFailure> read = pointer.Read(_world.Machine.Platform, AddressLayout.Standard);
            Assert.AreEqual((UserMemoryError.OutsideUserRange, 2UL), (read.Error.Code, read.Error.BytesLeft), $"{address:x}");
            Check(UserMemoryError.OutsideUserRange, 2, pointer.Write(_world.Machine.Platform, AddressLayout.Standard, 7));
            Check(UserMemoryError.OutsideUserRange, 6, pointer.ToSpan(3).CopyTo(_world.Machine.Platform, AddressLayout.Standard, kernel));
            Check(UserMemoryError.OutsideUserRange, 6, pointer.ToSpan(3).CopyFrom(_world.Machine.Platform, AddressLayout.Standard, [1, 2, 3]));
        }

        Assert.AreEqual(0x5A, _world.Cpu.ReadByte(secret.Start));
    }

    [TestMethod]
    public void Lengths_that_lie_are_refused_before_anything_is_copied()
    {
        UserSpan<uint> span = UserSpan<uint>.FromUser(Writable, 3);
        Check(UserMemoryError.LengthMismatch, 12, span.CopyTo(_world.Machine.Platform, AddressLayout.Standard, stackalloc uint[2]));
        Check(UserMemoryError.LengthMismatch, 16, span.CopyFrom(_world.Machine.Platform, AddressLayout.Standard, [1, 2, 3, 4]));
        Assert.AreEqual(0U, span.Start.Read(_world.Machine.Platform, AddressLayout.Standard).Value);

        UserSpan<uint> huge = span.Start.ToSpan((1UL << 62) + 1);
        Check(UserMemoryError.LengthMismatch, ulong.MaxValue, huge.CopyTo(_world.Machine.Platform, AddressLayout.Standard, stackalloc uint[1]));
        Check(UserMemoryError.TooLong, ulong.MaxValue, huge.CopyTo(_world.Machine.Platform, AddressLayout.Standard, (uint*)_kernel));
        Check(UserMemoryError.TooLong, ulong.MaxValue, huge.CopyFrom(_world.Machine.Platform, AddressLayout.Standard, (uint*)_kernel));
    }

    [TestMethod]
    public void No_elements_are_copied_from_anywhere()
    {
        UserSpan<uint> nothing = UserSpan<uint>.FromUser(ulong.MaxValue, 0);
        Assert.IsTrue(nothing.CopyTo(_world.Machine.Platform, AddressLayout.Standard, Span<uint>.Empty).IsSuccess);
        Assert.IsTrue(nothing.CopyFrom(_world.Machine.Platform, AddressLayout.Standard, ReadOnlySpan<uint>.Empty).IsSuccess);
    }

    [TestMethod]
    public void Every_error_has_a_sentence_of_its_own()
    {
        UserMemoryError[] errors = Enum.GetValues<UserMemoryError>();
        string[] messages = Array.ConvertAll(errors, AddressSpaceErrors.Message);
        Assert.HasCount(errors.Length, new System.Collections.Generic.HashSet<string>(messages, StringComparer.Ordinal));
        Assert.AreEqual("user memory: unknown error", AddressSpaceErrors.Message((UserMemoryError)99));
        Assert.DoesNotContain("user memory: unknown error", messages);
    }

    private static void Check(UserMemoryError code, ulong left, Result<UserCopyFailure> copy)
    {
        Assert.IsTrue(copy.TryGetError(out UserCopyFailure failure));
        Assert.AreEqual((code, left), (failure.Code, failure.BytesLeft));
    }
}
