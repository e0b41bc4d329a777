using System;

namespace KernelMem.Tests.Addresses;

/// <summary>What the order and equality of anything numbered must be.</summary>
internal static class Order
{
    public static bool Agrees(ulong left, ulong right, int comparison, bool equal, bool sameHash) =>
        Math.Sign(comparison) == left.CompareTo(right) && equal == (left == right) && (!equal || sameHash);
}
