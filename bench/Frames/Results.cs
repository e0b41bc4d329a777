namespace Benchmarks;

/// <summary>What was measured of one row and column. Picoseconds.</summary>
internal struct Cell
{
    public ulong Median;
    public ulong Best;

    /// <summary>1 CAS, measured right before and after.</summary>
    public ulong Unit;

    /// <summary>Whether requests got nothing or blocks were not taken back.</summary>
    public bool Troubled;

    public readonly bool IsThere => Best != 0;

    /// <summary>The best in tenths of a CAS.</summary>
    public readonly ulong Tenths => Units.Tenths(Best, Unit);
}

/// <summary>A table: all rows and columns of one setup.</summary>
internal unsafe struct Results
{
    public const int Rows = (int)Row.Churn + 1;
    private const int CellCount = Rows * Columns.Count;

    private readonly Cell* _cells;
    private readonly uint* _freeBlocks;

    public Results(ref Arena arena)
    {
        _cells = arena.Take<Cell>(CellCount);
        _freeBlocks = arena.Take<uint>(Columns.Count * Recorder.Counts);
        for (int i = 0; i < CellCount; i++)
            _cells[i] = default;
        for (int i = 0; i < Columns.Count * Recorder.Counts; i++)
            _freeBlocks[i] = 0;
    }

    public readonly bool IsThere => _cells != null;

    public readonly Cell* this[Row row, Column column] => _cells + (int)row * Columns.Count + (int)column;

    /// <summary>Free 2 MiB blocks in the churn after 0, 10, 50 and 100 rounds.</summary>
    public readonly uint* FreeBlocks(Column column) => _freeBlocks + (int)column * Recorder.Counts;
}
