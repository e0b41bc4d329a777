using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;
using KernelMem.Boot;
using KernelMem.Frames;

namespace KernelMem.Tests.Frames;

/// <summary>A request for a block, or for a run of some frames.</summary>
internal readonly record struct FrameWish(FrameRequest Request, ulong? Run = null)
{
    public ulong Count => Run ?? 1UL << Request.Order;

    /// <summary>Whether nothing but a zone and a node is asked of a single frame.</summary>
    public bool IsPlain =>
        Run is null && Request is { Order: 0, Zeroed: false, Limit.Value: 0, Alignment: 0, Boundary: 0, Start.Number: 0 };

    public override string ToString() =>
        $"{(Run is { } frames ? $"run of {frames}" : $"order {Request.Order}")} for {Request.Use} of {Request.Zone}"
        + $"{(Request.ExactZone ? " only" : "")}{(Request.Zeroed ? " zeroed" : "")}{(Request.IsEmergency ? " emergency" : "")}"
        + $"{(Request.Node < 0 ? "" : $" of node {Request.Node}")}"
        + $" limit {Request.Limit.Value:x} alignment {Request.Alignment:x} boundary {Request.Boundary:x} start {Request.Start.Number}";
}

/// <content>What can be had.</content>
internal sealed partial class FrameModel
{
    private const ulong FrameBytes = 4096;

    /// <summary>Whether a request makes sense at all.</summary>
    public static bool IsValid(FrameWish wish)
    {
        FrameRequest request = wish.Request;
        bool sized = wish.Run is { } frames ? frames is >= 1 and <= 262_144 : request.Order is >= 0 and <= 10;
        if (!sized || request.Node is < -1 or > 63 || request.Use is FrameUse.None or > FrameUse.Metadata || request.Zone > MemoryZone.HighMem)
            return false;

        ulong bytes = wish.Count * FrameBytes;
        bool powers = IsPower(request.Alignment, FrameBytes) && IsPower(request.Boundary, bytes);
        ulong start = request.Start.Number * FrameBytes;
        bool aligned = (wish.Run is not null || start % bytes == 0) && (request.Alignment == 0 || start % request.Alignment == 0);
        return powers && aligned;
    }

    /// <summary>The zones that can serve a valid request, in the order of preference.</summary>
    public List<MemoryZone> Serving(FrameWish wish) => Serving(wish, wish.Request.Zeroed ? _plan.Reach ?? _plan.TableEnd : _plan.TableEnd);

    /// <summary>
    /// The zone that serves a valid request from a node: the first that has such memory there. DMA memory is not given for the sake of a
    /// node. Without the frames that are hidden in what other CPUs keep.
    /// </summary>
    public MemoryZone? ServingOn(int node, FrameWish wish, Func<ulong, bool> isHidden)
    {
        List<MemoryZone> zones = Serving(wish);
        zones.RemoveAll(zone => zone == MemoryZone.Dma && zone != wish.Request.Zone);
        return zones.Cast<MemoryZone?>().FirstOrDefault(zone => HasRoomOn(node, zone!.Value, wish, isHidden));
    }

    /// <summary>Whether a zone has memory on a node for a request, frames that are hidden not counted.</summary>
    public bool HasRoomOn(int node, MemoryZone zone, FrameWish wish, Func<ulong, bool> isHidden)
    {
        ulong reach = wish.Request.Zeroed ? _plan.Reach ?? _plan.TableEnd : _plan.TableEnd;
        ulong free = 0;
        for (ulong start = _plan.TableEnd; start-- > 1;)
        {
            bool counts = _uses[start] == FrameUse.None && ZoneOf(start) == zone && NodeOf(start) == node && !isHidden(start);
            free = counts ? free + 1 : 0;
            if (free >= wish.Count && Fits(wish, start, reach))
                return true;
        }

        return false;
    }

    /// <summary>Why a request that nothing can serve is refused; notes it.</summary>
    public FrameError Refuse(FrameWish wish)
    {
        Zones[wish.Request.Zone].Failures++;
        return wish.Request.Zeroed && Serving(wish, _plan.TableEnd).Count != 0 ? FrameError.NotInDirectMap : FrameError.OutOfMemory;
    }

    /// <summary>Notes what was chosen.</summary>
    /// <returns>What is wrong with it; null if nothing.</returns>
    public string? Take(FrameWish wish, ulong start, uint generation)
    {
        ulong count = wish.Count;
        if (start + count > _plan.TableEnd || generation != _generations[start] + 1)
            return "outside, or of the wrong generation";

        Refresh();
        if (!Fits(wish, start, wish.Request.Zeroed ? _plan.Reach ?? _plan.TableEnd : _plan.TableEnd))
            return $"frames {start} to {start + count - 1} are not free or not what was asked for";

        int order = wish.Run is null ? wish.Request.Order : count == 1 ? 0 : 31;
        Block block = new(start, count, order, wish.Request.Use, generation);
        for (ulong number = start; number < start + count; number++)
        {
            _uses[number] = wish.Request.Use;
            _blocks[number] = block;
        }

        _changed = true;
        _generations[start] = generation;
        ZoneCounts zone = Zones[ZoneOf(start)];
        zone.Allocations[Index(order)]++;
        zone.Fallbacks += ZoneOf(start) == wish.Request.Zone ? 0UL : 1;
        return null;
    }

    /// <summary>How many of some single frames each zone gives, all or none of them; null for none, which is noted.</summary>
    public Dictionary<MemoryZone, ulong>? TakesMany(ulong count)
    {
        Dictionary<MemoryZone, ulong> parts = [];
        foreach (MemoryZone zone in Orders[MemoryZone.Normal])
        {
            ulong kept = Kept(zone, FrameRequest.For(FrameUse.User));
            ulong free = Free(zone);
            parts[zone] = Math.Min(free > kept ? free - kept : 0, count);
            count -= parts[zone];
        }

        if (count == 0)
            return parts;

        // Those that were there were taken, and went back.
        Zones[MemoryZone.Normal].Failures++;
        foreach ((MemoryZone zone, ulong part) in parts)
        {
            Zones[zone].Allocations[0] += part;
            Zones[zone].Frees[0] += part;
            Zones[zone].Fallbacks += zone == MemoryZone.Normal ? 0 : part;
        }

        return null;
    }

    /// <summary>After frames were taken and went back: a free frame was given out once more than before, or it was not.</summary>
    public bool Learn(ulong number, uint generation)
    {
        if (_uses[number] != FrameUse.None)
            return true;

        bool plausible = generation == _generations[number] || generation == _generations[number] + 1;
        _generations[number] = generation;
        return plausible;
    }

    private static bool IsPower(ulong bytes, ulong least) =>
        bytes == 0 || (BitOperations.PopCount(bytes) == 1 && bytes >= least && bytes <= 1UL << 43);

    private List<MemoryZone> Serving(FrameWish wish, ulong reach)
    {
        Refresh();
        MemoryZone[] zones = wish.Request.ExactZone ? [wish.Request.Zone] : Orders[wish.Request.Zone];
        return [.. zones.Where(zone => Free(zone) >= wish.Count + Kept(zone, wish.Request) && HasRoom(zone, wish, reach))];
    }

    private ulong Kept(MemoryZone zone, FrameRequest request)
    {
        ulong reserve = zone == request.Zone ? 0 : Zones[zone].Marks.FallbackReserve;
        return request.IsEmergency ? reserve : Math.Max(Zones[zone].Marks.Min, reserve);
    }

    private bool HasRoom(MemoryZone zone, FrameWish wish, ulong reach)
    {
        for (ulong start = 1; start < _plan.TableEnd; start++)
        {
            if (_freeFrom[start] >= wish.Count && ZoneOf(start) == zone && Fits(wish, start, reach))
                return true;
        }

        return false;
    }

    private bool Fits(FrameWish wish, ulong start, ulong reach)
    {
        FrameRequest request = wish.Request;
        ulong first = start * FrameBytes;
        ulong end = (start + wish.Count) * FrameBytes;
        return _freeFrom[start] >= wish.Count
            && start + wish.Count <= reach
            && (wish.Run is not null || start % wish.Count == 0)
            && (request.Alignment == 0 || first % request.Alignment == 0)
            && (request.Boundary == 0 || first / request.Boundary == (end - 1) / request.Boundary)
            && (request.Limit.Value == 0 || end <= request.Limit.Value)
            && (request.Start.Number == 0 || request.Start.Number == start);
    }
}
