using System.Collections.Generic;
using KernelMem.Simulation.Walk;

namespace KernelMem.Simulation.Caches;

/// <summary>
/// A CPU's TLB and paging-structure caches, as unkind as the manual allows (Intel SDM Vol. 3A §4.10): of unlimited size, they forget
/// nothing but what they must.
/// </summary>
/// <remarks>What is cached is tagged with the process-context identifier that was current; global pages are used under any.</remarks>
/// <param name="versions">How many entries they keep for one page, or one table's region, if walks found different ones.</param>
internal sealed class TranslationCaches(int versions)
{
    private readonly Dictionary<int, Context> _contexts = [];
    private readonly PageCache _globals = new(versions);
    private Context? _last; // the one used last: nearly always the one wanted
    private int _lastIdentifier;

    public int PageCount
    {
        get
        {
            int count = _globals.Count;
            foreach (Context context in _contexts.Values)
                count += context.Pages.Count;
            return count;
        }
    }

    public int TableCount
    {
        get
        {
            int count = 0;
            foreach (Context context in _contexts.Values)
                count += context.Tables.Count;
            return count;
        }
    }

    /// <summary>The newest entry for a page of a size that holds an address, private or global.</summary>
    public CachedPage? FindPage(int context, ulong address, int shift, bool global) => global
        ? _globals.Find(address, shift)
        : Find(context)?.Pages.Find(address, shift);

    /// <summary>Any entry for a page that holds an address: small ones first, private ones first.</summary>
    public CachedPage? FindPage(int context, ulong address)
    {
        PageCache? pages = Find(context)?.Pages;
        return pages?.Find(address, 12) ?? _globals.Find(address, 12)
            ?? pages?.Find(address, 21) ?? _globals.Find(address, 21)
            ?? pages?.Find(address, 30) ?? _globals.Find(address, 30);
    }

    /// <summary>The newest entry of a level, 2 to 5, for an address.</summary>
    public CachedTable? FindTable(int context, ulong address, int level) => Find(context)?.Tables.Find(address, level);

    /// <summary>The entry that saves most of a walk.</summary>
    public CachedTable? FindTable(int context, ulong address)
    {
        TableCache? tables = Find(context)?.Tables;
        return tables?.Find(address, 2) ?? tables?.Find(address, 3) ?? tables?.Find(address, 4) ?? tables?.Find(address, 5);
    }

    public void AddPage(int context, ulong address, in WalkTranslation translation, long time) =>
        (translation.IsGlobal ? _globals : Make(context).Pages).Add(address, context, translation, time);

    public void AddTable(int context, ulong address, in WalkStart below, long time) => Make(context).Tables.Add(address, below, time);

    /// <summary>
    /// What a page fault drops (§4.10.4.1): everything that would be used for the address. Global entries too, because the fault must not
    /// recur by itself.
    /// </summary>
    public void DropAfterFault(int context, ulong address)
    {
        Find(context)?.Pages.Drop(address);
        Find(context)?.Tables.Drop(address);
        _globals.Drop(address);
    }

    /// <summary>INVLPG: the address's pages of a context, global pages, and all the context's tables.</summary>
    public void DropPage(int context, ulong address)
    {
        Find(context)?.Pages.Drop(address);
        Find(context)?.Tables.Clear();
        _globals.Drop(address);
    }

    /// <summary>INVPCID type 0: what would be used for the address in a context, but global pages.</summary>
    public void DropAddress(int context, ulong address)
    {
        Find(context)?.Pages.Drop(address);
        Find(context)?.Tables.Drop(address);
    }

    /// <summary>INVPCID type 1, MOV to CR3: everything of a context but global pages.</summary>
    public void DropContext(int context) => Find(context)?.Clear();

    /// <summary>MOV to CR4 that changes PAE or turns SMEP on: everything of a context, global pages cached under it too.</summary>
    public void DropContextAndGlobals(int context)
    {
        DropContext(context);
        _globals.DropContext(context);
    }

    /// <summary>INVPCID type 3: everything but global pages.</summary>
    public void DropNonGlobal()
    {
        foreach (Context context in _contexts.Values)
            context.Clear();
    }

    /// <summary>INVPCID type 2, MOV to CR4 that changes PGE or turns PCIDE off, MOV to CR0 that turns paging off: everything.</summary>
    public void DropAll()
    {
        DropNonGlobal();
        _globals.Clear();
    }

    private Context? Find(int identifier)
    {
        if (_last is not null && _lastIdentifier == identifier)
            return _last;
        if (!_contexts.TryGetValue(identifier, out Context? context))
            return null;
        (_last, _lastIdentifier) = (context, identifier);
        return context;
    }

    private Context Make(int identifier)
    {
        if (Find(identifier) is { } known)
            return known;
        var context = new Context(versions);
        _contexts[identifier] = context;
        return context;
    }

    /// <summary>What is cached under one process-context identifier.</summary>
    private sealed class Context(int versions)
    {
        public PageCache Pages { get; } = new(versions);

        public TableCache Tables { get; } = new(versions);

        public void Clear()
        {
            Pages.Clear();
            Tables.Clear();
        }
    }
}
