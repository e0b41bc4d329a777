namespace KernelMem.Boot;

/// <summary>
/// Sorts edges by address: a heap sort, because it needs no memory, no recursion, and O(n log n) steps whatever the
/// order it is given. Edges at one address may change places; the sweep takes them together.
/// </summary>
internal static unsafe class RegionEdgeSort
{
    /// <summary>Sorts <paramref name="count"/> edges in place.</summary>
    public static void Sort(RegionEdge* edges, int count)
    {
        for (int root = count / 2 - 1; root >= 0; root--)
            SiftDown(edges, root, count);

        for (int last = count - 1; last > 0; last--)
        {
            Swap(edges, 0, last);
            SiftDown(edges, 0, last);
        }
    }

    // SAFETY (both): the indices are below the count, which the caller vouches for.

    private static void SiftDown(RegionEdge* edges, int root, int count)
    {
        while (true)
        {
            int child = 2 * root + 1;
            if (child >= count)
                return;

            if (child + 1 < count && edges[child + 1].Address > edges[child].Address)
                child++;

            if (edges[root].Address >= edges[child].Address)
                return;

            Swap(edges, root, child);
            root = child;
        }
    }

    private static void Swap(RegionEdge* edges, int left, int right)
    {
        RegionEdge kept = edges[left];
        edges[left] = edges[right];
        edges[right] = kept;
    }
}
