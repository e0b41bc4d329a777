namespace Benchmarks;

/// <summary>What was measured of one row and column. Picoseconds a page.</summary>
internal struct Cell
{
    public ulong Median;
    public ulong Best;

    /// <summary>1 CAS, measured right before and after.</summary>
    public ulong Unit;

    public readonly bool IsThere => Best != 0;

    /// <summary>The best in hundredths of a CAS.</summary>
    public readonly ulong Hundredths => Units.Hundredths(Best, Unit);
}

/// <summary>A table: all rows and columns of one setup.</summary>
internal readonly unsafe struct Results
{
    public const int Rows = (int)Row.RangeMapWarm + 1;
    private const int CellCount = Rows * Columns.Count;

    private readonly Cell* _cells;

    public Results(ref Arena arena)
    {
        _cells = arena.Take<Cell>(CellCount);
        for (int i = 0; i < CellCount; i++)
            _cells[i] = default;
    }

    public bool IsThere => _cells != null;

    public Cell* this[Row row, Column column] => _cells + (int)row * Columns.Count + (int)column;
}
