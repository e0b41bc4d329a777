using System;
using System.Linq;
using System.Runtime.InteropServices;
using KernelMem.Addresses;
using KernelMem.AddressSpaces;
using KernelMem.Failures;
using KernelMem.Paging;
using KernelMem.Simulation;
using KernelMem.Tests.AddressSpaces;

namespace KernelMem.Tests.Docs;

/// <summary>The examples of the guide to user memory do what the guide says.</summary>
[TestClass]
public sealed unsafe class UserMemoryGuideTests : IDisposable
{
    private const ulong Data = 0x1000_0000;

    private readonly SpaceWorld _world = new();
    private readonly SimulatedMachine.CpuScope _scope;
    private readonly AddressSpace<SimulatedPlatform> _program;

    public UserMemoryGuideTests()
    {
        _scope = _world.Machine.Enter(0);
        _program = _world.CreateUser();
        Assert.IsTrue(_program.AllocateAt(SpaceWorld.Range(Data, 0x1000), RegionKind.UserData, Protection.UserData).IsSuccess);
        _world.Use(_program);
        _world.Machine.HostPointers = VirtRange.FromBounds(VirtAddr.Create(0x1_0000_0000), VirtAddr.Create(0x7FFF_FFFF_FFFF));
    }

    public void Dispose()
    {
        _scope.Dispose();
        _world.Dispose();
    }

    [TestMethod]
    public void A_system_call_sums_what_it_was_given()
    {
        byte[] bytes = [.. Enumerable.Range(1, 150).Select(number => (byte)number)];
        Put(UserSpan<byte>.FromUser(Data + 0x100, 150), bytes);
        Assert.AreEqual(150UL * 151 / 2, Sum(Data + 0x100, 150).Value);
        Assert.AreEqual(64UL * 65 / 2, Sum(Data + 0x100, 64).Value);
        Assert.AreEqual(0UL, Sum(ulong.MaxValue, 0).Value);
    }

    [TestMethod]
    public void A_system_call_refuses_what_lies()
    {
        VirtRange secret = _world.Kernel.Allocate(4096, RegionKind.KernelData, Protection.KernelData).Value;
        foreach ((ulong buffer, ulong length, UserMemoryError code, ulong left) in new[]
        {
            (secret.Start.Value, 8UL, UserMemoryError.OutsideUserRange, 8UL),
            (Data + 0xFC0, 100UL, UserMemoryError.Fault, 36UL),
            (Data + 0xFFF, ulong.MaxValue, UserMemoryError.Fault, 63UL),
        })
        {
            UserCopyFailure failure = Sum(buffer, length).Error;
            Assert.AreEqual((code, left), (failure.Code, failure.BytesLeft), $"{buffer:x}, {length}");
        }

        UserCopyFailure misplaced = UserMemoryExamples.Sum(_world.Machine.Platform, _program, secret.Start.Value).Error;
        Assert.AreEqual((UserMemoryError.OutsideUserRange, 16UL), (misplaced.Code, misplaced.BytesLeft));
    }

    [TestMethod]
    public void A_word_is_aligned_and_in_a_region()
    {
        Assert.IsTrue(UserMemoryExamples.IsWord(_program, UserPtr<uint>.FromUser(Data + 0xFFC)));
        Assert.IsFalse(UserMemoryExamples.IsWord(_program, UserPtr<uint>.FromUser(Data + 0xFFA)));
        Assert.IsFalse(UserMemoryExamples.IsWord(_program, UserPtr<uint>.FromUser(Data + 0x1000)));
        Assert.IsFalse(UserMemoryExamples.IsWord(_program, UserPtr<uint>.FromUser(0xFFFF_8000_0000_0000)));
    }

    [TestMethod]
    public void A_raw_copy_is_checked()
    {
        byte* kernel = (byte*)NativeMemory.AlignedAlloc(4, 4);
        kernel[0] = 0;
        Put(UserSpan<byte>.FromUser(Data, 1), [7]);
        Assert.AreEqual(0UL, UserMemoryExamples.CopyRaw(_world.Machine.Platform, AddressLayout.Standard, (void*)Data, kernel, 1));
        Assert.AreEqual(7, kernel[0]);
        Assert.AreEqual(1UL, UserMemoryExamples.CopyRaw(_world.Machine.Platform, AddressLayout.Standard, kernel, kernel, 1));
        NativeMemory.AlignedFree(kernel);
    }

    private Result<ulong, UserCopyFailure> Sum(ulong buffer, ulong length)
    {
        UserPtr<UserMemoryExamples.SumRequest> pointer = UserPtr<UserMemoryExamples.SumRequest>.FromUser(Data + 8);
        Assert.IsTrue(pointer.Write(_world.Machine.Platform, AddressLayout.Standard, new() { Buffer = buffer, Length = length }).IsSuccess);
        return UserMemoryExamples.Sum(_world.Machine.Platform, _program, pointer.Value);
    }

    private void Put(UserSpan<byte> target, byte[] bytes) =>
        Assert.IsTrue(target.CopyFrom(_world.Machine.Platform, AddressLayout.Standard, bytes).IsSuccess);
}
