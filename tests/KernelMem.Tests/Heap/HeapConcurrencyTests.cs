using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using KernelMem.Addresses;

namespace KernelMem.Tests.Heap;

[TestClass]
public sealed class HeapConcurrencyTests
{
    private const int Rounds = 4000;

    [TestMethod]
    public void Two_CPUs_share_a_heap_and_free_what_the_other_allocated()
    {
        foreach (int seed in new[] { 11, 4711 })
        {
            using HeapFixture fixture = new(2 << 20, cpus: 2);
            ConcurrentQueue<(VirtAddr Address, ulong Bytes, int Seed)> handedOver = [];
            fixture.OnCpus(2, cpu => Churn(fixture, new Random(seed + cpu), handedOver, $"seed {seed}, CPU {cpu}"));
            while (handedOver.TryDequeue(out (VirtAddr Address, ulong Bytes, int Seed) block))
            {
                fixture.AssertFilled(block.Address, block.Bytes, block.Seed, $"seed {seed}, left over");
                fixture.Free(block.Address);
            }

            fixture.AssertBalanced($"seed {seed}");
        }
    }

    private static void Churn(
        HeapFixture fixture, Random random, ConcurrentQueue<(VirtAddr Address, ulong Bytes, int Seed)> handedOver, string place)
    {
        List<(VirtAddr Address, ulong Bytes, int Seed)> own = [];
        for (int round = 0; round < Rounds; round++)
        {
            int action = random.Next(10);
            ulong bytes = (ulong)(random.Next(8) == 0 ? random.Next(2000, 30_000) : random.Next(1, 2000));
            if (action < 4 && own.Count < 40)
            {
                if (!fixture.Heap.Allocate(bytes).TryGet(out VirtAddr address))
                    continue;
                own.Add((address, bytes, round));
                fixture.Fill(address, bytes, round);
            }
            else if (action < 6 && own.Count > 0)
            {
                (VirtAddr address, ulong before, int pattern) = Remove(own, random);
                if (!fixture.Heap.Reallocate(address, bytes).TryGet(out VirtAddr moved))
                {
                    handedOver.Enqueue((address, before, pattern));
                    continue;
                }

                fixture.AssertFilled(moved, ulong.Min(before, bytes), pattern, place);
                fixture.Fill(moved, bytes, round);
                own.Add((moved, bytes, round));
            }
            else if (action == 6 && own.Count > 0)
            {
                handedOver.Enqueue(Remove(own, random));
            }
            else if (handedOver.TryDequeue(out (VirtAddr Address, ulong Bytes, int Seed) block) || TryRemove(own, random, out block))
            {
                fixture.AssertFilled(block.Address, block.Bytes, block.Seed, place);
                Assert.IsTrue(fixture.Heap.Free(block.Address).IsSuccess, place);
            }

            if (round % 64 == 0)
                fixture.Heap.Trim();
            if (round % 50 == 0)
                Assert.IsTrue(fixture.Heap.Validate(), place);
        }

        own.ForEach(handedOver.Enqueue);
    }

    private static bool TryRemove(
        List<(VirtAddr Address, ulong Bytes, int Seed)> own, Random random, out (VirtAddr Address, ulong Bytes, int Seed) block)
    {
        block = own.Count > 0 ? Remove(own, random) : default;
        return block.Bytes != 0;
    }

    private static (VirtAddr Address, ulong Bytes, int Seed) Remove(List<(VirtAddr Address, ulong Bytes, int Seed)> own, Random random)
    {
        int index = random.Next(own.Count);
        (VirtAddr Address, ulong Bytes, int Seed) block = own[index];
        own.RemoveAt(index);
        return block;
    }
}
