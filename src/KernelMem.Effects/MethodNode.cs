using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Analyzers.Effects;
using Mono.Cecil;

namespace KernelMem.Effects;

/// <summary>A method with what its type parameters stand for, in the graph of calls.</summary>
internal sealed class MethodNode(MethodDefinition method, GenericContext context)
{
    private readonly EffectVerdict[] _verdicts = new EffectVerdict[3];
    private readonly bool[] _marked = new bool[3];
    private readonly string[] _reasons = ["", "", ""];

    public MethodDefinition Method { get; } = method;

    public GenericContext Context { get; } = context;

    /// <summary>In the order of the code.</summary>
    public List<Fact> Facts { get; } = [];

    /// <summary>In the order of the code, each once.</summary>
    public List<Edge> Edges { get; } = [];

    /// <summary>What it uses of its type arguments, as <see cref="TypeArgumentNeeds"/> has it: itself, and by what it calls.</summary>
    public SortedSet<string> Needs { get; } = new(StringComparer.Ordinal);

    /// <summary>Who calls it, and how.</summary>
    public List<(MethodNode Caller, EdgeKind Kind)> Callers { get; } = [];

    public EffectVerdict this[Effect effect]
    {
        get => _verdicts[(int)effect];
        set => _verdicts[(int)effect] = value;
    }

    /// <summary>Whether an effect is as a mark says, whatever the code does.</summary>
    public bool IsMarked(Effect effect) => _marked[(int)effect];

    /// <summary>A mark says it.</summary>
    public void Mark(Effect effect, EffectVerdict verdict, string reason)
    {
        _marked[(int)effect] = true;
        if (verdict != EffectVerdict.Never)
            Facts.Add(new Fact(effect, verdict, reason));
    }

    public string ReasonFor(Effect effect) => _reasons[(int)effect];

    public void SetReason(Effect effect, string reason) => _reasons[(int)effect] = reason;

    public void Add(Effect effect, EffectVerdict verdict, string reason)
    {
        if (verdict != EffectVerdict.Never && !IsMarked(effect) && !Facts.Any(fact => fact.Effect == effect && fact.Verdict >= verdict))
            Facts.Add(new Fact(effect, verdict, reason));
    }

    /// <summary>Nothing is known of it.</summary>
    public void AddUnknown(string reason)
    {
        Add(Effect.Allocates, EffectVerdict.Unknown, reason);
        Add(Effect.Throws, EffectVerdict.Unknown, reason);
        Add(Effect.Blocks, EffectVerdict.Unknown, reason);
    }

    /// <summary>It is all in the file of somebody else, or in a list.</summary>
    public void Add(MemberEffects known, string otherwise)
    {
        string reason = known.Reason.Length > 0 ? known.Reason : otherwise;
        Needs.UnionWith(known.Needs.Split([' '], StringSplitOptions.RemoveEmptyEntries));
        Add(Effect.Allocates, known.Allocates, reason);
        Add(Effect.Throws, known.Throws, reason);
        Add(Effect.Blocks, known.Blocks, reason);
    }

    public MemberEffects ToEffects() => new(this[Effect.Allocates], this[Effect.Throws], this[Effect.Blocks], FirstReason(), DependsOnTypeArguments() ? string.Join(" ", Needs) : "");

    /// <summary>Whether type arguments decide about some effect.</summary>
    public bool DependsOnTypeArguments() => _verdicts.Contains(EffectVerdict.DependsOnTypeArguments);

    private string FirstReason()
        => this[Effect.Allocates] != EffectVerdict.Never ? ReasonFor(Effect.Allocates)
            : this[Effect.Blocks] != EffectVerdict.Never ? ReasonFor(Effect.Blocks)
            : ReasonFor(Effect.Throws);
}
