using System;
using System.Buffers.Binary;
using System.Threading;

namespace KernelMem.Generators.Tests;

/// <summary>Words in memory that others write too, and words that lie there the other way round.</summary>
[TestClass]
public sealed class MemoryTests
{
    private const int Threads = 4;
    private const int Rounds = 20_000;

    [TestMethod]
    public void An_update_happens_only_to_the_word_that_was_seen()
    {
        ulong memory = SharedWord.Initial.WithCounter(5).Value;
        SharedWord seen = SharedWord.Load(in memory);
        SharedWord.Store(ref memory, seen.WithOther(9));

        Assert.IsFalse(SharedWord.TryUpdate(ref memory, ref seen, seen.WithCounter(6)));
        Assert.AreEqual(SharedWord.Initial.WithCounter(5).WithOther(9), seen, "what is there now is seen");
        Assert.AreEqual(seen.Value, memory, "nothing was written");
        Assert.IsTrue(SharedWord.TryUpdate(ref memory, ref seen, seen.WithCounter(6)));
        Assert.AreEqual(5u, seen.Counter, "what was there before");
        Assert.AreEqual(SharedWord.Initial.WithCounter(6).WithOther(9).Value, memory);
    }

    [TestMethod]
    public void Single_steps_give_the_word_that_was_there()
    {
        ulong memory = 0xFFFF_0000_0000_0000;

        Assert.AreEqual(0xFFFF_0000_0000_0000, SharedWord.AtomicSet(ref memory, SharedWordFlags.First | SharedWordFlags.Second).Value);
        Assert.AreEqual(0xFFFF_0000_0000_0003, SharedWord.AtomicClear(ref memory, SharedWordFlags.First).Value);
        Assert.AreEqual(0xFFFF_0000_0000_0002, SharedWord.AtomicReplace(ref memory, SharedWord.CounterMask, SharedWord.Initial.WithCounter(1)).Value);
        Assert.AreEqual(0xFFFF_0000_0000_000A, memory);
        Assert.ThrowsExactly<PanicException>(() => SharedWord.AtomicSet(ref memory, SharedWordFlags.Pinned));
        Assert.ThrowsExactly<PanicException>(() => SharedWord.AtomicClear(ref memory, (SharedWordFlags)0x10));
        Assert.AreEqual(0xFFFF_0000_0000_000A, memory);
    }

    [TestMethod]
    public void Threads_that_change_other_fields_lose_nothing()
    {
        ulong memory = 0;
        RunTogether(thread =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                if (thread < 2)
                {
                    SharedWord seen = SharedWord.Load(in memory);
                    while (!SharedWord.TryUpdate(ref memory, ref seen, seen.WithCounter(seen.Counter + 1)))
                    {
                    }
                }
                else if (thread == 2)
                {
                    SharedWord.AtomicReplace(ref memory, SharedWord.OtherMask, SharedWord.Initial.WithOther((uint)round + 1));
                }
                else
                {
                    SharedWord.AtomicSet(ref memory, SharedWordFlags.First);
                    SharedWord.AtomicClear(ref memory, SharedWordFlags.First);
                    SharedWord.AtomicSet(ref memory, SharedWordFlags.Second);
                }
            }
        });

        SharedWord end = SharedWord.Load(in memory);
        Assert.AreEqual(2u * Rounds, end.Counter);
        Assert.AreEqual((uint)Rounds, end.Other);
        Assert.AreEqual(SharedWordFlags.Second, end.Flags);
    }

    [TestMethod]
    public void Memory_holds_the_other_order_and_bits_keep_their_numbers()
    {
        byte[] bytes = [0x12, 0x34, 0x00, 0x01];
        uint memory = BitConverter.ToUInt32(bytes);
        NetworkWord word = NetworkWord.FromBigEndian(memory);

        Assert.AreEqual(BinaryPrimitives.ReadUInt32BigEndian(bytes), word.Value);
        Assert.AreEqual(0x1234, word.Length);
        Assert.IsTrue(word.Valid);
        Assert.AreEqual(memory, word.ToBigEndian());
        Assert.AreEqual(word, NetworkWord.Load(in memory));
        Assert.AreEqual((ushort)0x3412, NetworkShort.FromBigEndian(0x1234).All);
        Assert.AreEqual((ushort)0x3412, NetworkShort.FromRaw(0x1234).ToBigEndian());
        Assert.AreEqual(0xEFCD_AB89_6745_2301, NetworkLong.FromBigEndian(0x0123_4567_89AB_CDEF).All);
        Assert.AreEqual(0xEFCD_AB89_6745_2301, NetworkLong.FromRaw(0x0123_4567_89AB_CDEF).ToBigEndian());
    }

    [TestMethod]
    public void Single_steps_keep_the_order_of_memory()
    {
        uint memory = 0;
        NetworkWord.Store(ref memory, NetworkWord.Initial.WithLength(0x0102));
        Assert.AreEqual(0x0000_0201u, memory);

        NetworkWord seen = NetworkWord.AtomicSet(ref memory, NetworkWordFlags.Valid);
        Assert.IsFalse(seen.Valid);
        Assert.AreEqual(0x0100_0201u, memory);
        NetworkWord.AtomicReplace(ref memory, NetworkWord.LengthMask, NetworkWord.Initial.WithLength(3));
        Assert.AreEqual(0x0100_0300u, memory);
        NetworkWord.AtomicClear(ref memory, NetworkWordFlags.Valid);
        Assert.AreEqual(0x0000_0300u, memory);
    }

    [TestMethod]
    public void A_word_is_as_large_as_its_storage()
    {
        Assert.AreEqual(2, System.Runtime.CompilerServices.Unsafe.SizeOf<NetworkShort>());
        Assert.AreEqual(4, System.Runtime.CompilerServices.Unsafe.SizeOf<PortRegister>());
        Assert.AreEqual(8, System.Runtime.CompilerServices.Unsafe.SizeOf<Descriptor>());
        Assert.AreEqual(8, ((Annotations.ExpectedSizeAttribute)Attribute.GetCustomAttribute(typeof(Descriptor), typeof(Annotations.ExpectedSizeAttribute))!).Bytes);
    }

    /// <summary>All threads begin at once.</summary>
    private static void RunTogether(Action<int> work)
    {
        using var start = new Barrier(Threads);
        Thread[] threads = new Thread[Threads];
        Exception? failure = null;
        for (int index = 0; index < Threads; index++)
        {
            int number = index;
            threads[index] = new Thread(() =>
            {
                start.SignalAndWait();
                try
                {
                    work(number);
                }
                catch (PanicException exception)
                {
                    failure = exception;
                }
            });
            threads[index].Start();
        }

        foreach (Thread thread in threads)
            thread.Join();

        Assert.IsNull(failure);
    }
}
